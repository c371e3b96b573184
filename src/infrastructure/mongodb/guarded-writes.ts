import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/** An operation behind a guard, and the one that is tried before it, if there is one. */
export interface GuardedWrite<Stored extends { readonly _id: string }> {
  readonly guarded: AnyBulkWriteOperation<Stored>;
  readonly first?: AnyBulkWriteOperation<Stored>;
}

/**
 * Ordered bulk writes behind guards. A guard that does not let a write pass shows as a duplicate key, because an upsert
 * that finds nothing inserts: that write is done with, and the others go on. One that was tried first and found its
 * document there comes again behind its guard.
 */
export async function writeInOrder<Stored extends { readonly _id: string }>(
  collection: Collection<Stored>,
  writes: readonly GuardedWrite<Stored>[],
): Promise<void> {
  let left = writes;
  while (left.length > 0) {
    try {
      const operations = left.map(({ guarded, first }) => first ?? guarded);
      await collection.bulkWrite(operations, { ordered: true });
      return;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || error.code !== DUPLICATE_KEY) throw error;
      const [stopped] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      const write = stopped && left[stopped.index];
      if (!write) throw error;
      const { guarded } = write;
      left = [...(write.first ? [{ guarded }] : []), ...left.slice(stopped.index + 1)];
    }
  }
}
