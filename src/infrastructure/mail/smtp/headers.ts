import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { Mail } from '../mail.js';
import { oneLine, withoutBreaks } from '../rendering/sanitize.js';

/** A label of a List-Id, in characters: RFC 2919, 2 suggests at most 255 for the whole. */
const MAX_LABEL = 63;

const ENCODED_WORD = '=?';
const ASCII = /^[\x20-\x7e]*$/;

/**
 * Text as nodemailer may put it into a header. It encodes only what is not ASCII, but then all of it; so an ASCII text that a
 * client would decode (RFC 2047: `=?UTF-8?Q?forged?=`) is put into an isolate, which changes nothing in what people read.
 */
const encodable = (text: string): string =>
  ASCII.test(text) && text.includes(ENCODED_WORD) ? `\u2068${text}\u2069` : text;

/** Text of Herald's own in a header, such as the subject. */
export const headerText = (text: string): string => encodable(withoutBreaks(text));

/** A display name in a header. */
export const headerName = (name: string): string => encodable(oneLine(name));

/** The domain of an address, in ASCII; empty if it is none. */
export const domainOf = (address: string): string =>
  domainToASCII(address.slice(address.lastIndexOf('@') + 1));

// List-Ids are compared without case (RFC 2919, 6), and a label has no dots; identifiers of solutions differ in both.
const asLabel = (id: string): string => {
  const label = id.replace(
    /[^a-z0-9_~-]/gu,
    (character) => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
  );
  if (label.length <= MAX_LABEL) return label;
  return `${label.slice(0, 30)}_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
};

/** RFC 2919: a dot-atom of the notification and the solution, under the sender's domain. */
export const listId = (rule: string, solutionId: string, sender: string): string =>
  `<${asLabel(rule)}.${asLabel(solutionId)}.${domainOf(sender)}>`;

/** The headers of a digest, by which mail programs sort it and offer to unsubscribe. */
export const listHeaders = ({ list, rule, from }: Mail): Record<string, string> => {
  if (!list) return {};
  const url = URL.canParse(list.unsubscribeUrl) ? new URL(list.unsubscribeUrl) : undefined;
  return {
    'List-Id': listId(rule, list.solutionId, from.address),
    ...(url && { 'List-Unsubscribe': `<${url.href}>` }),
    // RFC 8058, 3.1: one-click needs an HTTPS URI
    ...(url?.protocol === 'https:' && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
};
