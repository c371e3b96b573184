import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { plus } from '../../domain/kernel/instant.js';

/** When a key expires, as it was asked for. */
export interface KeyExpiry {
  /** `null`: it does not. */
  readonly expiresAt?: Instant | null | undefined;
  /** In seconds from now. */
  readonly expiresIn?: number | undefined;
}

/**
 * When a key expires; undefined: it does not.
 * @param usually what holds if nothing was asked for.
 * @throws HeraldError `invalid-request` for a moment that has passed.
 */
export const expiryOf = (
  { expiresAt, expiresIn }: KeyExpiry,
  now: Instant,
  usually: Instant | undefined,
): Instant | undefined => {
  if (expiresIn !== undefined) return plus(now, expiresIn * 1_000);
  if (expiresAt === undefined) return usually;
  if (expiresAt !== null && expiresAt <= now)
    throw new HeraldError('invalid-request', `Expected a moment after ${now}, when it is now.`, 'expiresAt');
  return expiresAt ?? undefined;
};
