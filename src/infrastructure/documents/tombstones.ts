import type { Collection } from '../../application/ports/document-store.js';

/** What lies in the place of a removed document: its position stays, and guards the place against late writers. */
export const TOMBSTONE = 'null';

const FORGET_AFTER = 1_000;

/** Counts removals, so that old tombstones are looked for now and then, and not with each write. */
export class Removals {
  readonly #since = new Map<string, number>();

  /**
   * Notes that documents were removed.
   * @returns whether it is time to forget old tombstones: at the first removal, and again after each `FORGET_AFTER`.
   */
  isTimeToForget({ name, hasTombstones }: Collection, removed: number): boolean {
    if (!hasTombstones || removed === 0) return false;
    const since = (this.#since.get(name) ?? FORGET_AFTER) + removed;
    const isTime = since >= FORGET_AFTER;
    this.#since.set(name, isTime ? 0 : since);
    return isTime;
  }

  /** Forgets a collection that is gone. */
  drop({ name }: Collection): void {
    this.#since.delete(name);
  }
}
