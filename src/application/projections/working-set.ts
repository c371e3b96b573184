import type { Collection, Document, DocumentStore, Write } from '../document-store.js';
import type { Position } from '../event-store.js';
import type { Body } from './projection.js';

const PAGE = 500;

type Where = Readonly<Record<string, string | number>>;

/** Documents in memory between two writes: each is read once, and written once. */
export class WorkingSet<D extends Document> {
  /** Undefined for one that is known not to be there. */
  readonly #documents = new Map<string, D | undefined>();
  /** What is not written yet, with the event that changed it last. */
  readonly #changed = new Map<string, Position>();
  /** By field and value, for the fields that were asked for. */
  readonly #byField = new Map<string, Map<unknown, Set<string>>>();

  constructor(
    private readonly store: DocumentStore,
    private readonly collection: Collection,
    private readonly derive: (document: D) => Body<D> = (document) => document,
  ) {}

  /** How many documents wait to be written. */
  get changed(): number {
    return this.#changed.size;
  }

  /** A document that was fetched. */
  get(id: string): D | undefined {
    return this.#documents.get(id);
  }

  /** Brings documents here, those that are not. */
  async fetch(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#documents.has(id));
    if (missing.length === 0) return;
    const found = await this.store.get<D>(this.collection, missing);
    for (const id of missing) this.#place(id, found.get(id));
  }

  /** Brings all here that match, and answers their ids: those in the store, but what is known here is newer. */
  async fetchMatching(where: Where): Promise<readonly string[]> {
    let after: string | undefined;
    do {
      const query = { where, limit: PAGE, ...(after ? { after } : {}) };
      const page = await this.store.find<D>(this.collection, query);
      for (const document of page.documents)
        if (!this.#documents.has(document.id)) this.#place(document.id, document);
      after = page.next;
    } while (after);
    return this.#matching(where);
  }

  /** The document after an event; the same object as before means that nothing changed. */
  put(id: string, body: Body<D> | undefined, position: Position): void {
    if (body === this.#documents.get(id)) return;
    this.#place(id, body && (stated({ ...body, id, position }) as D));
    this.#changed.set(id, position);
  }

  /** What is to be written. */
  writes(): readonly Write[] {
    return Array.from(this.#changed, ([id, position]) => {
      const document = this.#documents.get(id);
      return {
        id,
        position,
        document: document && (stated({ ...this.derive(document), id, position }) as D),
      };
    });
  }

  /** All was written. */
  written(): void {
    this.#changed.clear();
  }

  /** Forgets all but the documents that were used last. Only when nothing waits to be written. */
  trim(most: number): void {
    for (const [id, document] of this.#documents) {
      if (this.#documents.size <= most) return;
      this.#documents.delete(id);
      if (document) for (const [field, ids] of this.#byField) ids.get(fieldOf(document, field))?.delete(id);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#documents.clear();
    this.#changed.clear();
    this.#byField.clear();
  }

  #place(id: string, document: D | undefined): void {
    const before = this.#documents.get(id);
    // To the end of the order in which they are forgotten.
    this.#documents.delete(id);
    this.#documents.set(id, document);
    for (const [field, ids] of this.#byField) {
      if (before) ids.get(fieldOf(before, field))?.delete(id);
      if (document) addTo(ids, fieldOf(document, field), id);
    }
  }

  #matching(where: Where): readonly string[] {
    const [[field, value] = ['', '']] = Object.entries(where);
    const fields = Object.entries(where);
    return [...(this.#indexOf(field).get(value) ?? [])].filter((id) => {
      const document = this.#documents.get(id);
      return document && fields.every(([name, wanted]) => fieldOf(document, name) === wanted);
    });
  }

  #indexOf(field: string): Map<unknown, Set<string>> {
    const known = this.#byField.get(field);
    if (known) return known;
    const ids = new Map<unknown, Set<string>>();
    for (const [id, document] of this.#documents) if (document) addTo(ids, fieldOf(document, field), id);
    this.#byField.set(field, ids);
    return ids;
  }
}

/**
 * Without fields that are undefined: JSON drops them, and a field that comes back would stand in another place than in
 * memory. The same events shall give the same bytes, in whatever batches they came.
 */
const stated = <T extends object>(document: T): T => {
  const fields = document as Record<string, unknown>;
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name];
  return document;
};

const fieldOf = (document: Document, field: string): unknown =>
  (document as unknown as Readonly<Record<string, unknown>>)[field];

const addTo = (ids: Map<unknown, Set<string>>, value: unknown, id: string): void => {
  const known = ids.get(value);
  if (known) known.add(id);
  else ids.set(value, new Set([id]));
};
