import type { Collection } from '../../application/ports/document-store.js';

/** The content that replaces a removed document: its position stays, and guards against late writers. */
export const TOMBSTONE = 'null';

const FORGET_AFTER = 1_000;

/** Counts removals, so that old tombstones are cleaned up now and then, not with each write. */
export class Removals {
  readonly #since = new Map<string, number>();

  /**
   * Notes that documents were removed.
   * @returns whether to clean up old tombstones: at the first removal, and after each further `FORGET_AFTER`.
   */
  isTimeToForget({ name, hasTombstones }: Collection, removed: number): boolean {
    if (!hasTombstones || removed === 0) return false;
    const since = (this.#since.get(name) ?? FORGET_AFTER) + removed;
    const isTime = since >= FORGET_AFTER;
    this.#since.set(name, isTime ? 0 : since);
    return isTime;
  }

  /** Forgets the counts of a dropped collection. */
  drop({ name }: Collection): void {
    this.#since.delete(name);
  }
}
