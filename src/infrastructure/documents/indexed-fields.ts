import type { Collection, CountQuery, Indexed, Query } from '../../application/ports/document-store.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { keptFieldsOf, searchedFieldsOf } from './index-parts.js';
import { oncePerCollection } from './once-per-collection.js';

const distinct = (indexes: Collection['indexes']): readonly string[] => [
  ...new Set(indexes.flatMap((index) => [...searchedFieldsOf(index), ...keptFieldsOf(index)])),
];

/** The distinct fields of the collection's indexes, current and later ones. */
export const indexedFields = oncePerCollection(({ indexes, laterIndexes = [] }) =>
  distinct([...indexes, ...laterIndexes]),
);

/** Those of the current ones, which queries may name. */
const queriedFields = oncePerCollection(({ indexes }) => distinct(indexes));

/** The indexed form of a field's value: text and finite numbers; null for anything else. */
export const indexedValue = (value: unknown): NonNullable<Indexed> | null =>
  typeof value === 'string' || Number.isFinite(value) ? (value as string | number) : null;

type Asked = Pick<Query, 'where' | 'range' | 'orderBy'> & Partial<Pick<CountQuery, 'by'>>;

/** @throws HeraldError `field-not-indexed` when the query names a field without an index. */
export function requireIndexed(collection: Collection, { where, range, orderBy, by = [] }: Asked): void {
  const declared = queriedFields(collection);
  const filtered = [
    ...Object.keys(where ?? {}).filter((field) => field !== 'id'),
    ...Object.keys(range ?? {}),
  ];
  for (const field of [...filtered, ...(orderBy ? [orderBy] : []), ...by])
    if (!declared.includes(field))
      throw new HeraldError(
        'field-not-indexed',
        `${collection.name} has no index on ${field}: query one of ${declared.join(', ') || 'no fields'}, or declare an index on it.`,
        field,
      );
}
