import { HeraldError } from '../../domain/kernel/herald-error.js';
import { decodeCursor, encodeCursor } from '../schemas/opaque-cursor.js';

/** Where a page of a list that is read partner by partner ended. */
export interface PartnerPlace {
  readonly partnerId: string;
  /** The cursor within the partner; undefined: all of it was listed. */
  readonly within?: string | undefined;
}

/** The place as opaque text. */
export const cursorOf = ({ partnerId, within }: PartnerPlace): string =>
  encodeCursor(partnerId, within ?? null);

/** The place that a cursor encodes. @throws HeraldError `invalid-cursor`. */
export const placeOf = (cursor: string): PartnerPlace => {
  const place = decodeCursor(cursor, read, cursorOf);
  if (place) return place;
  throw new HeraldError(
    'invalid-cursor',
    'The cursor does not belong to this query: start again without it, or use `next` of the page before.',
    'after',
  );
};

const read = ([partnerId, within]: readonly unknown[]): PartnerPlace | undefined => {
  if (typeof partnerId !== 'string') return undefined;
  if (within === null) return { partnerId };
  return typeof within === 'string' ? { partnerId, within } : undefined;
};
