import type { Collection, Document, DocumentStore, Write } from '../document-store.js';
import type { Position } from '../event-store.js';
import type { Body } from './projection.js';

const PAGE = 500;

type Where = Readonly<Record<string, string | number>>;

/** A document in memory, and the last event folded into it; without a body where it is known not to be there. */
interface Entry<D extends Document> {
  readonly body: Body<D> | undefined;
  readonly position: Position;
}

/** Documents in memory between two writes: each is read once, and written once. */
export class WorkingSet<D extends Document> {
  /** In the order in which they were changed or fetched last. */
  readonly #entries = new Map<string, Entry<D>>();
  /** The ids of what is not written yet. */
  readonly #changed = new Set<string>();
  /** The ids of what the store holds, of those that are here. */
  readonly #stored = new Set<string>();
  /** Ids by field and value, for the fields that were asked for. */
  readonly #byField = new Map<keyof D, Map<unknown, Set<string>>>();

  constructor(
    private readonly store: DocumentStore,
    private readonly collection: Collection,
    private readonly derive: (body: Body<D>) => Body<D> = (body) => body,
  ) {}

  /** How many documents are in memory. */
  get size(): number {
    return this.#entries.size;
  }

  /** A document that was fetched. */
  get(id: string): Body<D> | undefined {
    return this.#entries.get(id)?.body;
  }

  /** Whether an event was folded into a document that is there. */
  hasSeen(id: string, event: Position): boolean {
    const entry = this.#entries.get(id);
    return entry?.body !== undefined && entry.position >= event;
  }

  /** Brings documents here, those that are not. */
  async fetch(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#entries.has(id));
    if (missing.length === 0) return;
    const found = await this.store.get<D>(this.collection, missing);
    for (const id of missing) this.#fetched(id, found.get(id));
  }

  /** Brings all here that match, and answers their ids: those in the store, but what is known here is newer. */
  async fetchMatching(where: Where): Promise<readonly string[]> {
    let after: string | undefined;
    do {
      const query = { where, limit: PAGE, ...(after ? { after } : {}) };
      const page = await this.store.find<D>(this.collection, query);
      for (const document of page.documents)
        if (!this.#entries.has(document.id)) this.#fetched(document.id, document);
      after = page.next;
    } while (after);
    return this.#matching(where);
  }

  /** The document after an event; the same object as before means that nothing changed. */
  put(id: string, body: Body<D> | undefined, position: Position): void {
    if (body === this.#entries.get(id)?.body) return;
    this.#place(id, { body: body && stated(body), position });
    if (body || this.#stored.has(id)) this.#changed.add(id);
    else this.#forget(id);
  }

  /** What is to be written. */
  writes(): readonly Write[] {
    return Array.from(this.#changed, (id) => {
      const { body, position } = this.#entries.get(id) as Entry<D>;
      return { id, position, document: body && { ...stated(this.derive(body)), id, position } };
    });
  }

  /** All was written. */
  written(): void {
    for (const id of this.#changed)
      if (this.get(id)) this.#stored.add(id);
      else this.#forget(id);
    this.#changed.clear();
  }

  /** Forgets all but the documents that were used last. Only when nothing waits to be written. */
  trim(most: number): void {
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= most) return;
      this.#forget(id);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#changed.clear();
    this.#stored.clear();
    this.#byField.clear();
  }

  #fetched(id: string, document: D | undefined): void {
    if (document) this.#stored.add(id);
    this.#place(id, entryOf(document));
  }

  #forget(id: string): void {
    this.#index(id, this.get(id), undefined);
    this.#entries.delete(id);
    this.#changed.delete(id);
    this.#stored.delete(id);
  }

  #place(id: string, entry: Entry<D>): void {
    const before = this.#entries.get(id)?.body;
    // To the end of the order in which they are forgotten.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    this.#index(id, before, entry.body);
  }

  #index(id: string, before: Body<D> | undefined, after: Body<D> | undefined): void {
    for (const [field, ids] of this.#byField) {
      const [was, is] = [fieldOf(before, field), fieldOf(after, field)];
      if (was === is) continue;
      if (was !== undefined) ids.get(was)?.delete(id);
      if (is !== undefined) addTo(ids, is, id);
    }
  }

  #matching(where: Where): readonly string[] {
    const fields = Object.entries(where) as [keyof D, string | number][];
    const [first] = fields;
    if (!first) return [...this.#entries.keys()];
    return [...(this.#idsBy(first[0]).get(first[1]) ?? [])].filter((id) =>
      fields.every(([name, wanted]) => fieldOf(this.get(id), name) === wanted),
    );
  }

  #idsBy(field: keyof D): Map<unknown, Set<string>> {
    const known = this.#byField.get(field);
    if (known) return known;
    const ids = new Map<unknown, Set<string>>();
    for (const [id, { body }] of this.#entries) {
      const value = fieldOf(body, field);
      if (value !== undefined) addTo(ids, value, id);
    }
    this.#byField.set(field, ids);
    return ids;
  }
}

const entryOf = <D extends Document>(document: D | undefined): Entry<D> => {
  if (!document) return { body: undefined, position: '' };
  const { position, ...body } = document;
  return { body, position };
};

/**
 * Without fields that are undefined: JSON drops them, and a field that comes back would stand in another place than in
 * memory. The same events shall give the same bytes, in whatever batches they came.
 */
const stated = <T extends object>(document: T): T => {
  // Most have none: they are not copied.
  for (const name in document) if (document[name] === undefined) return withoutUndefined(document);
  return document;
};

const withoutUndefined = <T extends object>(document: T): T => {
  const copy: Partial<T> = {};
  for (const name in document) if (document[name] !== undefined) copy[name] = document[name];
  return copy as T;
};

const fieldOf = <D extends Document>(body: Body<D> | undefined, field: keyof D): unknown =>
  (body as D | undefined)?.[field];

const addTo = (ids: Map<unknown, Set<string>>, value: unknown, id: string): void => {
  const known = ids.get(value);
  if (known) known.add(id);
  else ids.set(value, new Set([id]));
};
