/**
 * The same fields in the order of their names, without those that are undefined, which JSON drops. A document that was
 * read again and one that stayed in memory would get new fields in different places otherwise, and the same events shall
 * give the same bytes.
 */
export class SortedFields {
  /** Documents of a collection have mostly the same fields as the one before. */
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
