/**
 * The fields sorted by name, without undefined ones, which JSON drops. Otherwise a document that was read again and one that
 * stayed in memory would order new fields differently, but the same events must give the same bytes.
 */
export class SortedFields {
  /** Most documents of a collection have the same fields as the previous one. */
  #names: readonly string[] = [];
  #ordered: readonly string[] = [];

  apply<T extends object>(document: T): T {
    const ordered: Partial<T> = {};
    for (const name of this.#orderOf(Object.keys(document)) as readonly (keyof T)[])
      if (document[name] !== undefined) ordered[name] = document[name];
    return ordered as T;
  }

  #orderOf(names: readonly string[]): readonly string[] {
    const isKnown = names.length === this.#names.length && names.every((name, n) => name === this.#names[n]);
    if (!isKnown) {
      this.#names = names;
      this.#ordered = names.toSorted();
    }
    return this.#ordered;
  }
}
