import { MAX_KEY_OVERLAP_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { DAY, plus } from '../../domain/kernel/instant.js';

/** @throws HeraldError `invalid-request` for a moment that has passed. */
export const requireFuture = (field: string, at: Instant | null | undefined, now: Instant): void => {
  if (at && at <= now)
    throw new HeraldError('invalid-request', `Expected a moment after ${now}, when it is now.`, field);
};

/** @throws HeraldError `invalid-request` for a moment beyond the longest overlap of two secrets. */
export const requireShortOverlap = (field: string, until: Instant, now: Instant): void => {
  const latest = plus(now, MAX_KEY_OVERLAP_MS);
  if (until > latest)
    throw new HeraldError(
      'invalid-request',
      `Expected a moment until ${latest}: the old secret stays valid for at most ${MAX_KEY_OVERLAP_MS / DAY} days.`,
      field,
    );
};
