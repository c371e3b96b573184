import { instant } from '../../application/schemas/fields.js';
import { MAX_FEEDBACK_REASON } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { isNoAddress } from '../mail/address-status.js';

/** What a provider or a mail server said, as one line of bounded length; undefined if it said nothing. */
export const said = (...parts: readonly (string | null | undefined)[]): string | undefined => {
  const line = parts
    .filter(Boolean)
    .join(': ')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim();
  return line === '' ? undefined : line.slice(0, MAX_FEEDBACK_REASON);
};

/** An enhanced status code, RFC 3463; undefined for any other text. */
export const statusIn = (text: string | null | undefined): string | undefined =>
  /^\s*([245]\.\d{1,3}\.\d{1,3})\b/.exec(text ?? '')?.[1];

/** Whether a status says that the address itself does not work, and will not: there is no such mailbox, or it is disabled (5.2.1). */
export const isAboutAddress = (status: string | undefined): boolean =>
  status !== undefined && (isNoAddress(status) || status === '5.2.1');

/** The moment that a text names; undefined if it names none. */
export const momentIn = (text: string | undefined): Instant | undefined => instant.safeParse(text).data;
