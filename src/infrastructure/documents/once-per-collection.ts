import type { Collection } from '../../application/ports/document-store.js';

/**
 * The same function, which computes its value once for each collection: what only depends on how a collection is declared is needed
 * for every document and query.
 */
export const oncePerCollection = <T extends NonNullable<unknown>>(
  compute: (collection: Collection) => T,
): ((collection: Collection) => T) => {
  const known = new WeakMap<Collection, T>();
  return (collection) => {
    const value = known.get(collection) ?? compute(collection);
    known.set(collection, value);
    return value;
  };
};
