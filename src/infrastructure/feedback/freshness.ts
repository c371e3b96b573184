import type { Clock } from '../../application/ports/clock.js';
import { MAX_AHEAD_MS } from '../../domain/bounds.js';
import { toMillis } from '../../domain/kernel/instant.js';
import { refusal } from './refusal.js';

/**
 * Refuses a request that was signed too long ago, or in the future: somebody may have recorded it, and send it again.
 * @param signedAt in milliseconds since 1970; NaN is refused.
 * @param window how old it may be, in milliseconds.
 * @throws HeraldError `feedback-refused` that names `field`.
 */
export const requireFresh = (clock: Clock, signedAt: number, window: number, field: string): void => {
  const age = toMillis(clock.now()) - signedAt;
  if (age <= window && age >= -MAX_AHEAD_MS) return;
  throw refusal(
    `${field} is not a moment of the last ${window / 60_000} minutes: Herald's clock says ${clock.now()}. A repeated or delayed request is not taken.`,
    field,
  );
};
