import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/** Errors about one document alone: BadValue, InvalidBSON, DocumentValidationFailure, BSONObjectTooLarge, KeyTooLong. */
const REFUSED = [2, 22, 121, 10_334, 17_280, 17_419, 17_420];

/** A guarded operation, and an optional one that is tried before it. */
export interface GuardedWrite<Stored extends { readonly _id: string }> {
  readonly id: string;
  readonly guarded: AnyBulkWriteOperation<Stored>;
  readonly first?: AnyBulkWriteOperation<Stored>;
}

/**
 * Ordered bulk writes behind guards. A guard that rejects a write shows as a duplicate key, because an upsert that finds
 * nothing inserts; that write is done, and the others continue. A write that was tried unguarded and found its document is
 * repeated behind its guard.
 * @param refused called for a document that the server cannot hold; the others continue. Default: that is an error.
 */
export async function writeInOrder<Stored extends { readonly _id: string }>(
  collection: Collection<Stored>,
  writes: readonly GuardedWrite<Stored>[],
  refused?: (id: string, reason: string) => void,
): Promise<void> {
  let left = writes;
  while (left.length > 0) {
    try {
      const operations = left.map(({ guarded, first }) => first ?? guarded);
      await collection.bulkWrite(operations, { ordered: true });
      return;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const [stopped] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      const write = stopped && left[stopped.index];
      if (!write) throw error;
      const { id, guarded, first } = write;
      const others = left.slice(stopped.index + 1);
      if (stopped.code === DUPLICATE_KEY) left = first ? [{ id, guarded }, ...others] : others;
      else if (refused && REFUSED.includes(stopped.code)) {
        refused(id, stopped.errmsg ?? error.message);
        left = others;
      } else throw error;
    }
  }
}
