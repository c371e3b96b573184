import type { Instant } from '../kernel/event.js';
import { HOUR, plus } from '../kernel/instant.js';

// A greylisting server wants to see the mail again after some minutes, not sooner.
const FIRST_DELAY = 5 * 60_000;
const MAX_SPREAD = 6 * HOUR;

/**
 * When to try again after the given attempt: 5 minutes, and up to twice as much more with each attempt.
 * @param jitter from 0 to 1, so that mails deferred together do not come back together.
 */
export const retryDelay = (now: Instant, attempt: number, jitter: number): Instant =>
  plus(now, FIRST_DELAY + Math.floor(jitter * Math.min(MAX_SPREAD, FIRST_DELAY * 2 ** attempt)));
