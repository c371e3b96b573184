import { MAX_SMTP_LANES } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

const DEFAULT_LANES = 5;

/**
 * How long to wait, in milliseconds: at least what RFC 5321, 4.5.3.2 asks for. A server that trickles bytes gains nothing. `body` and
 * `confirmation` together are shorter than MAX_ATTEMPT_MS.
 */
export interface SmtpTimeouts {
  /** For DNS and the connection, and again for TLS. */
  readonly connect: number;
  /** For the server's greeting. */
  readonly greeting: number;
  /** For the reply to EHLO, STARTTLS, AUTH, MAIL, RCPT and RSET. */
  readonly command: number;
  /** For the reply to DATA. */
  readonly data: number;
  /** For the start of the attempt to be recorded, and the whole mail to be written. */
  readonly body: number;
  /** For the reply after the mail. */
  readonly confirmation: number;
  /** How long a connection is kept for the next mail. */
  readonly idle: number;
}

/** Where and how to send. */
export interface SmtpOptions {
  readonly host: string;
  /** Default: 465 for `smtps`, else 587. */
  readonly port?: number;
  /** Herald's name in EHLO. Default: that of the machine if it has a dot, else `[127.0.0.1]`. */
  readonly name?: string;
  /** TLS from the first byte (`smtps:`). */
  readonly secure: boolean;
  /** Refuses a server without STARTTLS, so that no password is sent unencrypted. */
  readonly requireTls: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** How many mails may be in flight at once, each over its own connection. */
  readonly lanes: number;
  readonly timeouts: SmtpTimeouts;
}

const MINUTE = 60_000;

export const DEFAULT_TIMEOUTS: SmtpTimeouts = {
  connect: MINUTE,
  greeting: 5 * MINUTE,
  command: 5 * MINUTE,
  data: 2 * MINUTE,
  body: 10 * MINUTE,
  confirmation: 10 * MINUTE,
  idle: MINUTE,
};

const wrong = (message: string): HeraldError =>
  new HeraldError(
    'mail-configuration',
    `${message} Write it as smtp://user:password@host:587?lanes=5, or smtps:// for TLS from the start.`,
    'HERALD_MAIL',
  );

const parse = (url: string): URL => {
  // messages must not contain the URL: it holds a password
  if (!URL.canParse(url)) throw wrong('The mail server is not a URL.');
  return new URL(url);
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('User and password must be percent-encoded.');
  }
};

const lanesOf = (value: string | null): number => {
  if (value === null) return DEFAULT_LANES;
  const lanes = Number(value);
  if (/^\d+$/.test(value) && lanes >= 1 && lanes <= MAX_SMTP_LANES) return lanes;
  throw wrong(`lanes must be a number from 1 to ${MAX_SMTP_LANES}.`);
};

const tlsRequired = (value: string | null, hasPassword: boolean): boolean => {
  if (value === null) return hasPassword;
  if (value === 'required' || value === 'optional') return value === 'required';
  throw wrong('tls must be "required" or "optional".');
};

const PARAMETERS: ReadonlySet<string> = new Set(['lanes', 'tls', 'name']);

/** RFC 5321, 4.1.1.1: a domain name, and no bare IP address. */
const NAME = /^(?=.{1,255}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)(?!\d+$)[a-z0-9-]{1,63}(?<!-)$/i;

const checkedName = (name: string): string => {
  if (NAME.test(name)) return name;
  throw wrong('name must be the full name of this machine, such as herald.example.com.');
};

/**
 * Parses `smtp://user:pass@host:port?lanes=5` or `smtps://…`. With a password TLS is required, unless `tls=optional`.
 * @param timeouts those that differ from the defaults.
 * @throws HeraldError `mail-configuration` for anything that is not such a URL.
 */
export const smtpOptions = (address: string, timeouts: Partial<SmtpTimeouts> = {}): SmtpOptions => {
  const url = parse(address);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    throw wrong('The mail server must be smtp or smtps.');
  if (!url.hostname) throw wrong('The mail server has no host.');
  if (url.port === '0') throw wrong('The port must be a number from 1 to 65535.');
  if (url.pathname !== '' && url.pathname !== '/') throw wrong('A mail server has no path.');
  const unknown = [...url.searchParams.keys()].find((key) => !PARAMETERS.has(key));
  if (unknown !== undefined)
    throw wrong(`Unknown setting "${unknown}"; known are ${[...PARAMETERS].join(', ')}.`);
  if (Boolean(url.username) !== Boolean(url.password))
    throw wrong('User and password must be given together.');
  const name = url.searchParams.get('name');
  return {
    // a URL writes an IPv6 host in brackets, everything else without
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port && { port: Number(url.port) }),
    ...(name !== null && { name: checkedName(name) }),
    secure: url.protocol === 'smtps:',
    requireTls: tlsRequired(url.searchParams.get('tls'), Boolean(url.password)),
    ...(url.password && { auth: { user: decode(url.username), pass: decode(url.password) } }),
    lanes: lanesOf(url.searchParams.get('lanes')),
    timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
  };
};
