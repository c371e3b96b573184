import { HeraldError } from '../../domain/kernel/herald-error.js';
import { decodeCursor, encodeCursor } from '../schemas/opaque-cursor.js';
import type { CoveredSubject } from './expected-decisions.js';

/** Where an answer ended. */
export interface CoveragePlace {
  readonly subject: CoveredSubject;
  /** How many of its decisions were listed; undefined: all. */
  readonly listed?: number | undefined;
}

/** The place as opaque text. */
export const cursorOf = ({ subject: { partnerId, accountId }, listed }: CoveragePlace): string =>
  encodeCursor(partnerId, accountId ?? null, listed ?? null);

/** The place that a cursor encodes. @throws HeraldError `invalid-cursor`. */
export const placeOf = (cursor: string): CoveragePlace => {
  const place = decodeCursor(cursor, read, cursorOf);
  if (place) return place;
  throw new HeraldError(
    'invalid-cursor',
    'The cursor does not belong to this query: start again without it, or use `next` of the answer before.',
    'after',
  );
};

const read = ([partnerId, accountId, listed]: readonly unknown[]): CoveragePlace | undefined => {
  if (typeof partnerId !== 'string') return undefined;
  if (accountId !== null && typeof accountId !== 'string') return undefined;
  if (listed !== null && !(Number.isInteger(listed) && (listed as number) >= 0)) return undefined;
  return {
    subject: { partnerId, accountId: accountId ?? undefined },
    listed: (listed as number | null) ?? undefined,
  };
};
