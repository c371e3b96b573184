import type { Collection, CountQuery } from '../../application/ports/document-store.js';
import { requireIndexed } from '../documents/indexed-fields.js';
import { Conditions, demandsFields, type SqlStatement } from './conditions.js';
import { columnOf, IS_THERE, tableOf } from './document-table.js';
import { indexFor } from './find-statement.js';

/**
 * The statement that counts documents by the values of fields. Its rows have the values, then the count.
 * @throws HeraldError `field-not-indexed`.
 */
export function countStatement(collection: Collection, query: CountQuery): SqlStatement {
  requireIndexed(collection, query);
  const { where = {}, range = {}, by } = query;
  const covering = coveringIndex(collection, query);
  const index = covering ?? indexFor(collection, { where, ...firstOf(range) });
  const first = index?.find((field) => !Object.hasOwn(where, field));
  const conditions = new Conditions();
  conditions.demandEqual(where, (field) => !index || isSearchedBy(index, field, where));
  for (const [field, { from, to }] of Object.entries(range)) {
    const column = `${index && field !== first ? '+' : ''}${columnOf(field)}`;
    if (from !== undefined) conditions.demand(`${column} >= ?`, from);
    if (to !== undefined) conditions.demand(`${column} < ?`, to);
  }
  if (collection.hasTombstones && !demandsFields(query)) conditions.demand(IS_THERE);
  const columns = by.map(columnOf).join(', ');
  // SQLite would rather read all of an index in the order of the values than search another one and sort what it finds.
  const sorted = covering ? columns : by.map((field) => `+${columnOf(field)}`).join(', ');
  return {
    sql: `SELECT ${columns}, count(*) FROM ${tableOf(collection)}${conditions} GROUP BY ${sorted} ORDER BY ${sorted}`,
    parameters: conditions.parameters,
  };
}

/** An index that has all fields of the query, and is read in the order of the range, or else of the values. */
const coveringIndex = (
  { indexes }: Collection,
  { where = {}, range = {}, by }: CountQuery,
): readonly string[] | undefined => {
  const fields = [...by, ...Object.keys(where), ...Object.keys(range)];
  const [start = by[0]] = Object.keys(range);
  return indexes.find((index) => index[0] === start && fields.every((field) => index.includes(field)));
};

/** Only the leading fields of an index that have a value are searched by; the others are compared as it is read. */
const isSearchedBy = (index: readonly string[], field: string, where: object): boolean =>
  index.slice(0, index.indexOf(field) + 1).every((one) => Object.hasOwn(where, one)) && index.includes(field);

const firstOf = (range: object): { readonly orderBy?: string } => {
  const [orderBy] = Object.keys(range);
  return orderBy === undefined ? {} : { orderBy };
};
