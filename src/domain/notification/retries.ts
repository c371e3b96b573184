import type { Instant } from '../kernel/event.js';
import { HOUR, plus } from '../kernel/instant.js';

// A greylisting server accepts the mail after some minutes, not sooner.
const MIN_DELAY = 5 * 60_000;
const MAX_DELAY = 6 * HOUR;

/**
 * When to try again after a deferral: a back-off with equal jitter. The first delay is 5 to 10 minutes; each further one doubles, up to
 * 3 to 6 hours (RFC 5321, 4.5.4.1).
 * @param deferrals how often the mail was deferred, from 1.
 * @param jitter from 0 to 1, so that mails deferred together are not retried together.
 */
export const retryDelay = (now: Instant, deferrals: number, jitter: number): Instant => {
  const half = Math.min(MAX_DELAY / 2, MIN_DELAY * 2 ** (deferrals - 1));
  return plus(now, half + Math.floor(jitter * half));
};

/**
 * When the last attempt is made, counted from the decision: a mail that is decided late has as long as any other.
 * @param after how long a mail is tried, in milliseconds.
 */
export const giveUpAt = ({ dueSince }: { readonly dueSince?: Instant }, after: number): Instant =>
  dueSince === undefined ? '9999' : plus(dueSince, after);
