import { HeraldError } from '../../domain/kernel/herald-error.js';

/** Where a page of a list that is read partner by partner ended. */
export interface PartnerPlace {
  readonly partnerId: string;
  /** The cursor within the partner; undefined: all of it was listed. */
  readonly within?: string | undefined;
}

/** The place as opaque text. */
export const cursorOf = ({ partnerId, within }: PartnerPlace): string =>
  Buffer.from(JSON.stringify([partnerId, within ?? null])).toString('base64url');

/** The place that a cursor encodes. @throws HeraldError `invalid-cursor`. */
export const placeOf = (cursor: string): PartnerPlace => {
  const place = read(cursor);
  // Encoding it again also refuses stray characters that base64url decoding skips.
  if (place && cursorOf(place) === cursor) return place;
  throw new HeraldError(
    'invalid-cursor',
    'The cursor does not belong to this query: start again without it, or use `next` of the page before.',
    'after',
  );
};

const read = (cursor: string): PartnerPlace | undefined => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parts)) return undefined;
    const [partnerId, within] = parts as unknown[];
    if (typeof partnerId !== 'string') return undefined;
    if (within === null) return { partnerId };
    return typeof within === 'string' ? { partnerId, within } : undefined;
  } catch {
    return undefined;
  }
};
