import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/**
 * Ordered bulk writes behind guards. A guard that does not let a write pass shows as a duplicate key, because an upsert
 * that finds nothing inserts: that write is done with, and the others go on.
 */
export async function writeInOrder<Stored extends { readonly _id: string }>(
  collection: Collection<Stored>,
  operations: readonly AnyBulkWriteOperation<Stored>[],
): Promise<void> {
  let left = operations;
  while (left.length > 0) {
    try {
      await collection.bulkWrite([...left], { ordered: true });
      return;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || error.code !== DUPLICATE_KEY) throw error;
      const [stopped] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      if (!stopped) throw error;
      left = left.slice(stopped.index + 1);
    }
  }
}
