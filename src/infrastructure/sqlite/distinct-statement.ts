import type { Collection, DistinctQuery } from '../../application/ports/document-store.js';
import { requireIndexed } from '../documents/indexed-fields.js';
import type { SqlStatement } from './conditions.js';
import { columnOf, searchedColumnOf, tableOf } from './document-table.js';

/**
 * The statement that reads the distinct values of a field: each is the least one after the value before, which the index finds
 * without reading the documents that share one.
 * @throws HeraldError `field-not-indexed`.
 */
export function distinctStatement(
  collection: Collection,
  { field, range: { from, to }, where = {}, limit }: DistinctQuery,
): SqlStatement {
  requireIndexed(collection, { where, orderBy: field });
  const [table, column] = [tableOf(collection), columnOf(field)];
  const equal = Object.keys(where).map((one) => `${searchedColumnOf(one)} = ? AND `);
  const values = Object.values(where);
  const least = (after: string) =>
    `(SELECT min(${column}) FROM ${table} WHERE ${equal.join('')}${column} ${after} AND ${column} < ?)`;
  return {
    sql: `WITH RECURSIVE found(value) AS (
      SELECT ${least('>= ?')} UNION ALL SELECT ${least('> found.value')} FROM found WHERE found.value IS NOT NULL LIMIT ?)
      SELECT value FROM found WHERE value IS NOT NULL`,
    parameters: [...values, from, to, ...values, to, limit],
  };
}
