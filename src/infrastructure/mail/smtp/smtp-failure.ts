import type { SendResult } from '../../../application/ports/channel.js';
import { isNoAddress } from '../address-status.js';
import { oneLine } from '../rendering/sanitize.js';
import { isAboutSender } from './sender-policy.js';
import type { Stage } from './smtp-dialogue.js';
import { parseReply, type Reply } from './smtp-reply.js';
import { plainly } from './tls-problem.js';

/** Why an attempt failed. */
export type FailureKind =
  /** The server's reply. */
  | { readonly kind: 'refused'; readonly reply: string }
  /** No reply within the time that RFC 5321, 4.5.3.2 asks for, in milliseconds. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** The connection could not be made, or broke. */
  | { readonly kind: 'closed'; readonly detail: string }
  /** The mail is larger than the server's EHLO said that it takes. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly most: number }
  /** nodemailer refused the mail itself. */
  | { readonly kind: 'invalid'; readonly detail: string }
  /** The server said that it has the mail before its end was written. */
  | { readonly kind: 'too-early'; readonly reply: string }
  /** The attempt was not allowed to start, or its start could not be recorded. */
  | { readonly kind: 'dropped' };

/** A failed attempt: where, why, and whether a byte of the mail was written. */
export class SmtpFailure extends Error {
  constructor(
    readonly stage: Stage,
    readonly why: FailureKind,
    /** What the server said last. */
    readonly lastReply: string | undefined,
    /** Whether a byte of the mail was written. */
    readonly hasBegun: boolean,
  ) {
    super(why.kind);
  }
}

/** Stages in which the session is made: nothing that fails there is about a mail. */
const SETUP: ReadonlySet<Stage> = new Set<Stage>([
  'connect',
  'greeting',
  'EHLO',
  'STARTTLS',
  'TLS',
  'AUTH',
  'RSET',
  'QUIT',
  'idle',
]);

/**
 * Replies that are about Herald's access, to whichever command: closing (421), a login or TLS is asked for (RFC 4954, 6; RFC 3207,
 * 4), a mechanism is too weak (534), the login failed (535).
 */
const ABOUT_ACCESS: ReadonlySet<number> = new Set([421, 530, 534, 535, 538]);

/** The mail is too large (RFC 1870; RFC 3463, X.2.3 and X.3.4). A 552 with another status is about a full mailbox. */
const isAboutSize = ({ code, status }: Reply): boolean =>
  /^[45]\.(?:2\.3|3\.4)$/.test(status) || (code === 552 && (status === '' || status === '5.0.0'));

/**
 * Whose failure it was, by the stage, the reply code and the enhanced status code.
 * - What ends the session, or refuses it, is about the relay.
 * - A policy about the sender, and any 5xx to MAIL, is about the sender; not so a mail that is too large.
 * - Other 4xx are about this mail for now, other 5xx about its recipient.
 * - Without a reply: nothing is lost before the first byte of the mail, and nobody knows after it.
 */
export const resultOf = (failure: SmtpFailure): SendResult => {
  const { stage, why, hasBegun } = failure;
  const reason = sayFailure(failure);
  switch (why.kind) {
    case 'refused':
      return refusal(stage, parseReply(why.reply), hasBegun);
    case 'too-large':
    case 'invalid':
      return { outcome: 'rejected', about: 'mail', reason };
    case 'too-early':
      return hasBegun ? { outcome: 'unknown', reason } : aboutRelay(stage, reason);
    case 'dropped':
      return { outcome: 'not-tried', about: 'shutdown', reason };
    case 'timeout':
    case 'closed':
      return hasBegun ? { outcome: 'unknown', reason } : aboutRelay(stage, reason);
  }
};

const aboutRelay = (stage: Stage, reason: string): SendResult => ({
  outcome: 'not-tried',
  about: 'relay',
  ...(SETUP.has(stage) ? {} : { inTransaction: true as const }),
  reason,
});

const refusal = (stage: Stage, reply: Reply, hasBegun: boolean): SendResult => {
  const { code, status, text } = reply;
  const reason = text || 'The server sent an empty reply.';
  const isReply = code >= 400 && code < 600;
  if (!isReply && hasBegun)
    return {
      outcome: 'unknown',
      reason: `After the mail the server sent what is no answer to it: ${reason}`,
    };
  if (SETUP.has(stage) || !isReply || ABOUT_ACCESS.has(code)) return aboutRelay(stage, reason);
  const isPermanent = code >= 500;
  if (isAboutSize(reply) && isPermanent) return { outcome: 'rejected', about: 'mail', reason };
  if (isAboutSender(reply)) return { outcome: 'not-tried', about: 'sender', reason };
  if (!isPermanent) return { outcome: 'deferred', about: 'mail', reason };
  if (stage === 'MAIL')
    return code === 555
      ? { outcome: 'rejected', about: 'mail', reason }
      : { outcome: 'not-tried', about: 'sender', reason };
  if (/^5\.6\./.test(status)) return { outcome: 'rejected', about: 'mail', reason };
  return {
    outcome: 'rejected',
    about: 'recipient',
    ...(isNoAddress(status) ? { addressUnusable: true as const } : {}),
    reason,
  };
};

const WHERE: Readonly<Record<Stage, string>> = {
  connect: 'while connecting',
  greeting: 'before its greeting',
  EHLO: 'before it answered EHLO',
  STARTTLS: 'before it answered STARTTLS',
  TLS: 'while TLS was being set up',
  AUTH: 'while signing in',
  MAIL: 'before it answered MAIL',
  RCPT: 'before it answered RCPT',
  DATA: 'before it answered DATA',
  body: 'while the mail was being sent',
  dot: 'after the mail was sent, before it confirmed it',
  RSET: 'before it answered RSET',
  QUIT: 'before it answered QUIT',
  idle: 'between two mails',
};

/** What happened in plain words: the server's own text, or where it stopped, how long Herald waited, and what the server said last. */
export const sayFailure = ({ stage, why, lastReply }: SmtpFailure): string => {
  const said =
    lastReply === undefined ? 'It had said nothing.' : `It last said: ${parseReply(lastReply).text}`;
  switch (why.kind) {
    case 'refused':
      return parseReply(why.reply).text;
    case 'timeout':
      return `The mail server was silent for ${sayDuration(why.afterMs)} ${WHERE[stage]}. ${said}`;
    case 'closed':
      if (stage === 'connect' || stage === 'TLS')
        return `No connection to the mail server: ${plainly(oneLine(why.detail)) || 'it was closed at once'}.`;
      return `The connection to the mail server ended ${WHERE[stage]}${why.detail && ` (${oneLine(why.detail)})`}. ${said}`;
    case 'too-early':
      return `The mail server confirmed the mail before it had all of it: ${parseReply(why.reply).text}`;
    case 'dropped':
      return 'The attempt was dropped before a byte of the mail left.';
    case 'too-large':
      return `The mail has ${why.bytes} bytes, and the mail server takes at most ${why.most}.`;
    case 'invalid':
      return oneLine(why.detail);
  }
};

const sayDuration = (millis: number): string => {
  const [count, unit] =
    millis < 120_000 ? [Math.round(millis / 1000), 'second'] : [Math.round(millis / 60_000), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};
