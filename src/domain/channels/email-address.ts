import { toASCII } from 'tr46';

/** RFC 5321, 4.5.3.1.1. */
const MAX_LOCAL = 64;
/** RFC 5321, 4.5.3.1.2. */
const MAX_DOMAIN = 255;
/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, with the angle brackets around the address. */
export const MAX_ADDRESS = 254;
/** RFC 1035, 2.3.4. */
const MAX_LABEL = 63;

/** RFC 5322, 3.2.3. */
const ATEXT = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]$/;
/** RFC 5890, 2.3.1: letters, digits, hyphen. A-labels are such labels. */
const LDH = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const ASCII = /^[\0-\x7f]*$/;
const BLANK = /[\s\p{Cc}\p{Zl}\p{Zp}]/u;

/** An address as Herald keeps it and sends to it, or why it is none. */
export type EmailAddress =
  | { readonly address: string; readonly problem?: undefined }
  | { readonly address?: undefined; readonly problem: string };

/**
 * Reads one e-mail address as RFC 5321 has it in its plain form: a dot-atom, `@`, and a domain name of at least two labels. A domain in another
 * script is converted to A-labels (UTS 46); everything else stays as given. Quoted local parts, address literals and local parts
 * outside ASCII (RFC 6531) are refused: they are legal, yet far more often a slip or an attack, and few servers take them.
 * @returns the address, or the problem as the end of a sentence.
 */
export const readEmailAddress = (given: string): EmailAddress => {
  const form = formProblem(given);
  if (form) return { problem: form };
  const at = given.indexOf('@');
  const [local, domain] = [given.slice(0, at), domainOf(given.slice(at + 1))];
  const address = `${local}@${domain}`;
  const problem =
    localProblem(local) ??
    domainProblem(domain) ??
    (address.length > MAX_ADDRESS ? `it is longer than ${MAX_ADDRESS} octets` : undefined);
  return problem ? { problem } : { address };
};

/** What an address is compared by: the same for every spelling of one mailbox, as mail servers ignore the case. */
export const mailboxOf = (given: string): string => (readEmailAddress(given).address ?? given).toLowerCase();

/** What is wrong with the text as a whole. */
const formProblem = (given: string): string | undefined => {
  // Also bounds what the patterns below look at.
  if (given.length > MAX_ADDRESS) return `it is longer than ${MAX_ADDRESS} octets`;
  if (given === '') return 'it is empty';
  if (/[<>]/.test(given)) return 'it has angle brackets, so give the address alone, without a name';
  if (given.startsWith('"')) return 'quoted local parts are not supported';
  if (given.endsWith(']')) return 'a domain name is needed after the @, not an address literal';
  if (/[,;]/.test(given)) return 'it has a comma or semicolon, so give one address';
  if (BLANK.test(given)) return 'it has a space or a line break';
  const signs = given.split('@').length - 1;
  if (signs !== 1) return signs === 0 ? 'it has no @' : 'it has more than one @';
  return undefined;
};

const localProblem = (local: string): string | undefined => {
  if (local === '') return 'nothing is before the @';
  if (!ASCII.test(local)) return 'characters outside ASCII are not supported before the @';
  if (local.length > MAX_LOCAL) return `more than ${MAX_LOCAL} octets are before the @`;
  if (local.split('.').includes('')) return 'a dot before the @ is first, last or doubled';
  const odd = [...local].find((character) => character !== '.' && !ATEXT.test(character));
  return odd === undefined ? undefined : `the character ${odd} is not allowed before the @`;
};

/** In A-labels; unchanged if it is ASCII or cannot be converted. */
const domainOf = (given: string): string => {
  if (ASCII.test(given)) return given;
  const converted = toASCII(given, { checkBidi: true, checkJoiners: true, useSTD3ASCIIRules: true });
  return converted ?? given;
};

const domainProblem = (domain: string): string | undefined => {
  if (!ASCII.test(domain)) return 'the domain cannot be written in A-labels';
  if (domain.length > MAX_DOMAIN) return `the domain is longer than ${MAX_DOMAIN} octets`;
  const labels = domain.split('.');
  if (labels.includes('')) return 'a label of the domain is empty';
  if (labels.some(({ length }) => length > MAX_LABEL))
    return `a label of the domain is longer than ${MAX_LABEL} octets`;
  if (!labels.every((label) => LDH.test(label)))
    return 'a label of the domain has other characters than letters, digits and hyphens, or a hyphen at an end';
  const last = labels.at(-1) as string;
  // RFC 3696, 2: so that a domain is no IPv4 address
  if (/^\d+$/.test(last)) return 'the top-level domain is a number';
  return labels.length < 2 || last.length < 2
    ? 'the domain has no top-level domain, such as .example'
    : undefined;
};
