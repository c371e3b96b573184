import type { Document, Page, Query, TextPage } from '../../application/ports/document-store.js';
import { decodeCursor as decode, encodeCursor as encode } from '../../application/schemas/opaque-cursor.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { indexedValue } from './indexed-fields.js';

/** The position of the last document of a page. `value` is that of the ordering field, null when ordered by id alone. */
export interface Place {
  readonly value: string | number | null;
  readonly id: string;
}

type Order = Pick<Query, 'orderBy' | 'direction'>;

/** The place as opaque text that is only valid for a query of the same order. */
const encodeCursor = ({ orderBy, direction }: Order, { value, id }: Place): string =>
  encode(orderBy ?? null, direction ?? 'ascending', value, id);

/**
 * The place that a cursor encodes.
 * @throws HeraldError `invalid-cursor` if it is no cursor of this order.
 */
export function decodeCursor(order: Order, cursor: string): Place {
  // A cursor of another order is not the one that this order encodes.
  const place = decode(cursor, read, (found) => encodeCursor(order, found));
  if (!place || (place.value === null) !== !order.orderBy)
    throw new HeraldError(
      'invalid-cursor',
      'The cursor does not belong to this query: start again without it, or use `next` of a page in the same order.',
      'after',
    );
  return place;
}

/** @param found one document more than the limit shows that there is a next page. */
export const pageOf = <D extends Document>(query: Query, found: readonly D[]): Page<D> => {
  const documents = found.slice(0, query.limit);
  const last = documents.at(-1);
  if (!last || found.length === documents.length) return { documents };
  return { documents, next: cursorAfter(query, last) };
};

/** The same of documents as their JSON. */
export const textPageOf = (query: Query, found: readonly string[]): TextPage => {
  const texts = found.slice(0, query.limit);
  const last = texts.at(-1);
  if (last === undefined || found.length === texts.length) return { texts };
  return { texts, next: cursorAfter(query, JSON.parse(last) as Document) };
};

const cursorAfter = <D extends Document>(query: Query, last: D): string => {
  const value = query.orderBy ? indexedValue(last[query.orderBy as keyof D]) : null;
  return encodeCursor(query, { value, id: last.id });
};

const read = ([, , value, id]: readonly unknown[]): Place | undefined => {
  const isValue = value === null || typeof value === 'string' || typeof value === 'number';
  return isValue && typeof id === 'string' ? { value, id } : undefined;
};
