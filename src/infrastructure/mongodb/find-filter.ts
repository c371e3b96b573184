import type { Filter, Sort } from 'mongodb';
import type { CountQuery, Query } from '../../application/ports/document-store.js';
import { decodeCursor } from '../documents/cursor.js';
import { indexedValue } from '../documents/indexed-fields.js';
import { TOMBSTONE } from '../documents/tombstones.js';
import type { StoredDocument } from './stored.js';

/** The name of the stored copy of a searchable field: without dots and dollars, which have a meaning. */
export const fieldOf = (field: string): `f_${string}` =>
  `f_${field.replace(/[^a-z0-9]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}_`)}`;

/** Excludes the tombstones of removed documents. */
export const IS_THERE = { json: { $ne: TOMBSTONE } };

/**
 * The filter of a query.
 * @throws HeraldError `invalid-cursor`.
 */
export function filterOf(query: Query): Filter<StoredDocument> {
  const { orderBy } = query;
  const conditions: object[] = [IS_THERE, ...matching(query)];
  if (orderBy !== undefined) conditions.push({ [fieldOf(orderBy)]: { $ne: null } });
  conditions.push(...afterCursor(query));
  return { $and: conditions as Filter<StoredDocument>[] };
}

/** The filter of a count. A tombstone has no fields; not to ask for its content lets an index answer alone. */
export const countedOf = (query: CountQuery): Filter<StoredDocument> => {
  const conditions = matching(query);
  return { $and: (conditions.length > 0 ? conditions : [IS_THERE]) as Filter<StoredDocument>[] };
};

/** The conditions that each must hold. */
export const matching = ({ where = {}, range = {} }: Pick<Query, 'where' | 'range'>): object[] => {
  const conditions: object[] = [];
  for (const [field, value] of Object.entries(where))
    conditions.push(equals(field === 'id' ? '_id' : fieldOf(field), value));
  for (const [field, { from, to }] of Object.entries(range)) {
    if (from !== undefined) conditions.push(compare(fieldOf(field), '$gte', from));
    if (to !== undefined) conditions.push(compare(fieldOf(field), '$lt', to));
  }
  return conditions;
};

/** The order of a query: by its field, then by id. */
export const sortOf = ({ orderBy, direction = 'ascending' }: Query): Sort => {
  const way = direction === 'ascending' ? 1 : -1;
  return orderBy === undefined ? { _id: way } : { [fieldOf(orderBy)]: way, _id: way };
};

const afterCursor = (query: Query): object[] => {
  const { orderBy, direction = 'ascending', after } = query;
  if (after === undefined) return [];
  const { value, id } = decodeCursor({ orderBy, direction }, after);
  const operator = direction === 'ascending' ? '$gt' : '$lt';
  const byId = { _id: { [operator]: id } };
  if (orderBy === undefined || value === null) return [byId];
  const field = fieldOf(orderBy);
  return [{ $or: [compare(field, operator, value), { $and: [{ [field]: value }, byId] }] }];
};

/** A value that cannot be indexed matches nothing. */
const equals = (field: string, value: unknown): object => {
  if (Array.isArray(value)) return { [field]: { $in: value } };
  const wanted = indexedValue(value);
  return wanted === null ? { _id: { $in: [] } } : { [field]: wanted };
};

/** Numbers sort before text, as in every store; MongoDB compares only values of one type. */
const compare = (field: string, operator: '$gt' | '$gte' | '$lt', value: string | number): object => {
  const alike = { [field]: { [operator]: value } };
  const isUpwards = operator !== '$lt';
  if (typeof value === 'number' && isUpwards) return { $or: [alike, { [field]: { $type: 'string' } }] };
  if (typeof value === 'string' && !isUpwards) return { $or: [alike, { [field]: { $type: 'number' } }] };
  return alike;
};
