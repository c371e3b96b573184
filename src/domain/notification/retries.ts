import type { Instant } from '../kernel/event.js';
import { HOUR, plus } from '../kernel/instant.js';

// A greylisting server accepts the mail after some minutes, not sooner.
const FIRST_DELAY = 5 * 60_000;
const MAX_SPREAD = 6 * HOUR;

/**
 * When to try again after the given attempt: after 5 minutes, plus a random share of a span that doubles with each attempt, up
 * to 6 hours.
 * @param jitter the share, from 0 to 1, so that mails deferred together are not retried together.
 */
export const retryDelay = (now: Instant, attempt: number, jitter: number): Instant =>
  plus(now, FIRST_DELAY + Math.floor(jitter * Math.min(MAX_SPREAD, FIRST_DELAY * 2 ** attempt)));
