import type { Collection, Query } from '../../application/ports/document-store.js';
import { decodeCursor } from '../documents/cursor.js';
import { searchedFieldsOf } from '../documents/index-parts.js';
import { requireIndexed } from '../documents/indexed-fields.js';
import { oncePerCollection } from '../documents/once-per-collection.js';
import { Conditions, demandsFields, type SqlStatement } from './conditions.js';
import { columnOf, IS_THERE, tableOf } from './document-table.js';

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

const BY_ID: readonly string[] = ['id'];

const searchedIndexes = oncePerCollection(({ indexes }) => indexes.map(searchedFieldsOf));

/** The index with the most fields of the query, in its order; of several the first that is declared. */
export const indexFor = (
  collection: Collection,
  { where = {}, orderBy }: Pick<Query, 'where' | 'orderBy'>,
): readonly string[] | undefined => {
  if (Object.hasOwn(where, 'id')) return BY_ID;
  let best: readonly string[] | undefined;
  for (const fields of searchedIndexes(collection)) {
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
  const conditions = new Conditions();
  const index = indexFor(collection, query);
  conditions.demandEqual(where, (field) => !index || index.includes(field));

  // An index search has one lower and one upper bound. After a cursor, the cursor is the better one; the plus keeps SQLite from
  // choosing that of the range, which would read everything before the cursor again.
  const cursorBound = after === undefined ? undefined : direction === 'ascending' ? 'from' : 'to';
  for (const [field, { from, to }] of Object.entries(range)) {
    const bounded = (bound: 'from' | 'to') =>
      `${index === BY_ID || (field === orderBy && bound === cursorBound) ? '+' : ''}${columnOf(field)}`;
    if (from !== undefined) conditions.demand(`${bounded('from')} >= ?`, from);
    if (to !== undefined) conditions.demand(`${bounded('to')} < ?`, to);
  }

  const { columns: order, keyword } = orderOf(query);
  if (orderBy !== undefined && cursorBound !== 'from')
    conditions.demand(`${index === BY_ID ? '+' : ''}${columnOf(orderBy)} IS NOT NULL`);
  if (after !== undefined) {
    const { value, id } = decodeCursor({ orderBy, direction }, after);
    const place = orderBy === undefined ? [id] : [value, id];
    const compare = direction === 'ascending' ? '>' : '<';
    conditions.demand(`(${order.join(', ')}) ${compare} (${place.map(() => '?').join(', ')})`, ...place);
  }

  if (collection.hasTombstones && orderBy === undefined && !demandsFields(query)) conditions.demand(IS_THERE);
  const orderings = order.map((column) => `${column} ${keyword}`).join(', ');
  return {
    sql: `SELECT ${selected} FROM ${tableOf(collection)}${conditions} ORDER BY ${orderings} LIMIT ?`,
    parameters: [...conditions.parameters, limit + 1],
  };
}
