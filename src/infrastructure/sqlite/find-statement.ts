import type { Collection, Query } from '../../application/ports/document-store.js';
import { decodeCursor } from '../documents/cursor.js';
import { indexedValue, requireIndexed } from '../documents/indexed-fields.js';
import { columnOf, IS_THERE, tableOf } from './document-table.js';

type Value = string | number | null;

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/**
 * The statement that reads one page plus one document, which shows whether there is a next page. Its rows have one column, the
 * document's JSON.
 * @throws HeraldError `field-not-indexed`, `invalid-cursor`.
 */
export function findStatement(collection: Collection, query: Query): SqlStatement {
  requireIndexed(collection, query);
  const index = indexFor(collection, query);
  for (const [field, values] of Object.entries(query.where ?? {}))
    if (typeof values === 'object' && values.length > 0 && index?.includes(field))
      return mergedStatement(
        collection,
        query,
        values.map((value) => ({ ...query, where: { ...query.where, [field]: value } })),
      );
  return pageStatement(collection, query, 'document');
}

/** Each search ends after one page by itself: a condition with IN would read and sort all that any of the values has. */
function mergedStatement(collection: Collection, query: Query, searches: readonly Query[]): SqlStatement {
  const { columns, keyword } = orderOf(query);
  const pages = searches.map((search) => pageStatement(collection, search, ['id', ...columns].join(', ')));
  const union = pages.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL ');
  const ordered = columns.map((column) => `found.${column} ${keyword}`).join(', ');
  return {
    sql: `SELECT document FROM (${union}) AS found JOIN ${tableOf(collection)} AS kept ON kept.id = found.id ORDER BY ${ordered} LIMIT ?`,
    parameters: [...pages.flatMap(({ parameters }) => parameters), query.limit + 1],
  };
}

/** The index with the most fields of the query, in its order; of several the first that is declared. */
const indexFor = ({ indexes }: Collection, { where = {}, orderBy }: Query): readonly string[] | undefined => {
  let best: readonly string[] | undefined;
  for (const fields of indexes) {
    const searched = orderBy !== undefined && fields.at(-1) === orderBy ? fields.slice(0, -1) : fields;
    const isOrdered = orderBy === undefined || searched !== fields;
    const isSearch = searched.length > 0 && searched.every((field) => Object.hasOwn(where, field));
    if (isOrdered && isSearch && fields.length > (best?.length ?? 0)) best = fields;
  }
  return best;
};

const orderOf = ({ orderBy, direction = 'ascending' }: Query) => ({
  columns: orderBy === undefined ? ['id'] : [columnOf(orderBy), 'id'],
  keyword: direction === 'ascending' ? 'ASC' : 'DESC',
});

function pageStatement(collection: Collection, query: Query, selected: string): SqlStatement {
  const { where = {}, range = {}, orderBy, direction = 'ascending', after, limit } = query;
  const conditions: string[] = [];
  const parameters: Value[] = [];
  const demand = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    // indexedValue because libsql ends the process if a boolean is bound.
    parameters.push(...values.map(indexedValue));
  };

  // SQLite knows nothing of how many documents a value has, and would choose the index that was made last. The plus keeps it from
  // the others.
  const index = indexFor(collection, query);
  for (const [field, value] of Object.entries(where)) {
    const column = `${index && !index.includes(field) ? '+' : ''}${columnOf(field)}`;
    if (typeof value === 'object') demand(`${column} IN (${value.map(() => '?').join(', ')})`, ...value);
    else demand(`${column} = ?`, value);
  }

  // An index search has one lower and one upper bound. After a cursor, the cursor is the better one; the plus keeps SQLite from
  // choosing that of the range, which would read everything before the cursor again.
  const cursorBound = after === undefined ? undefined : direction === 'ascending' ? 'from' : 'to';
  for (const [field, { from, to }] of Object.entries(range)) {
    const bounded = (bound: 'from' | 'to') =>
      `${field === orderBy && bound === cursorBound ? '+' : ''}${columnOf(field)}`;
    if (from !== undefined) demand(`${bounded('from')} >= ?`, from);
    if (to !== undefined) demand(`${bounded('to')} < ?`, to);
  }

  const { columns: order, keyword } = orderOf(query);
  if (orderBy !== undefined && cursorBound !== 'from') demand(`${columnOf(orderBy)} IS NOT NULL`);
  if (after !== undefined) {
    const { value, id } = decodeCursor({ orderBy, direction }, after);
    const place = orderBy === undefined ? [id] : [value, id];
    const compare = direction === 'ascending' ? '>' : '<';
    demand(`(${order.join(', ')}) ${compare} (${place.map(() => '?').join(', ')})`, ...place);
  }

  if (collection.hasTombstones) demand(IS_THERE);
  const wheres = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const orderings = order.map((column) => `${column} ${keyword}`).join(', ');
  return {
    sql: `SELECT ${selected} FROM ${tableOf(collection)}${wheres} ORDER BY ${orderings} LIMIT ?`,
    parameters: [...parameters, limit + 1],
  };
}
