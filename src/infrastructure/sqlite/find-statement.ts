import type { Collection, Query } from '../../application/ports/document-store.js';
import { decodeCursor } from '../documents/cursor.js';
import { indexedValue, requireIndexed } from '../documents/indexed-fields.js';
import { columnOf, IS_THERE, tableOf } from './document-table.js';

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

/**
 * The statement that reads one page plus one document, which shows whether there is a next page. Its rows have one column, the
 * document's JSON.
 * @throws HeraldError `field-not-indexed`, `invalid-cursor`.
 */
export function findStatement(collection: Collection, query: Query): SqlStatement {
  requireIndexed(collection, query);
  const { where = {}, range = {}, orderBy, direction = 'ascending', after, limit } = query;
  const conditions: string[] = [];
  const parameters: (string | number | null)[] = [];
  const demand = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    // indexedValue because libsql ends the process if a boolean is bound.
    parameters.push(...values.map(indexedValue));
  };

  for (const [field, value] of Object.entries(where)) demand(`${columnOf(field)} = ?`, value);

  // An index search has one lower and one upper bound. After a cursor, the cursor is the better one; the plus keeps SQLite from
  // choosing that of the range, which would read everything before the cursor again.
  const cursorBound = after === undefined ? undefined : direction === 'ascending' ? 'from' : 'to';
  for (const [field, { from, to }] of Object.entries(range)) {
    const bounded = (bound: 'from' | 'to') =>
      `${field === orderBy && bound === cursorBound ? '+' : ''}${columnOf(field)}`;
    if (from !== undefined) demand(`${bounded('from')} >= ?`, from);
    if (to !== undefined) demand(`${bounded('to')} < ?`, to);
  }

  const order = orderBy === undefined ? ['id'] : [columnOf(orderBy), 'id'];
  if (orderBy !== undefined && cursorBound !== 'from') demand(`${columnOf(orderBy)} IS NOT NULL`);
  if (after !== undefined) {
    const { value, id } = decodeCursor({ orderBy, direction }, after);
    const place = orderBy === undefined ? [id] : [value, id];
    const compare = direction === 'ascending' ? '>' : '<';
    demand(`(${order.join(', ')}) ${compare} (${place.map(() => '?').join(', ')})`, ...place);
  }

  if (collection.hasTombstones) demand(IS_THERE);
  const wheres = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const keyword = direction === 'ascending' ? 'ASC' : 'DESC';
  const orderings = order.map((column) => `${column} ${keyword}`).join(', ');
  return {
    sql: `SELECT document FROM ${tableOf(collection)}${wheres} ORDER BY ${orderings} LIMIT ?`,
    parameters: [...parameters, limit + 1],
  };
}
