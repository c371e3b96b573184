import type { Collection, Document, DocumentStore, Write } from '../document-store.js';
import type { Position } from '../event-store.js';
import { FieldOrder } from './field-order.js';
import type { Body } from './projection.js';

const PAGE = 500;

type Where = Readonly<Record<string, string | number>>;

/** A document in memory, and the last event folded into it; without a body where it is known not to be there. */
export class Entry<D extends Document> {
  /** Whether it differs from what was last given to the store. */
  isChanged = false;
  /** Whether it was asked for since others were forgotten. */
  wasUsed = true;

  constructor(
    readonly id: string,
    public body: Body<D> | undefined,
    public position: Position,
    /** Whether the store may hold it: it was there, or was given to be written. */
    public isStored: boolean,
  ) {}

  /** Whether an event was folded into a document that is there. */
  hasSeen(event: Position): boolean {
    return this.body !== undefined && this.position >= event;
  }
}

/** Documents in memory between two writes: each is read once, and written once. */
export class WorkingSet<D extends Document> {
  readonly #entries = new Map<string, Entry<D>>();
  #changed: Entry<D>[] = [];
  readonly #order = new FieldOrder();
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

  /** A document that was fetched, to be changed; a new one where it came and went since. */
  entry(id: string): Entry<D> {
    const known = this.#entries.get(id);
    if (known) return known;
    const entry = entryOf<D>(id, undefined);
    this.#entries.set(id, entry);
    return entry;
  }

  /** Whether it is here; it stays longer then. */
  has(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry) entry.wasUsed = true;
    return entry !== undefined;
  }

  /** Brings documents here. */
  async fetch(ids: ReadonlySet<string>): Promise<void> {
    if (ids.size === 0) return;
    const found = await this.store.get<D>(this.collection, [...ids]);
    for (const id of ids) this.#fetched(id, found.get(id));
  }

  /** Brings all here that match, and answers their ids: those in the store, but what is known here is newer. */
  async fetchMatching(where: Where): Promise<readonly string[]> {
    let after: string | undefined;
    do {
      const query = { where, limit: PAGE, ...(after ? { after } : {}) };
      const page = await this.store.find<D>(this.collection, query);
      for (const document of page.documents) if (!this.has(document.id)) this.#fetched(document.id, document);
      after = page.next;
    } while (after);
    return this.#matching(where);
  }

  /** The document after an event; the same object as before means that nothing changed. */
  put(entry: Entry<D>, body: Body<D> | undefined, position: Position): void {
    if (body === entry.body) return;
    this.#index(entry.id, entry.body, body);
    entry.body = body;
    entry.position = position;
    // What came and went between two writes was never there.
    if (!body && !entry.isStored) this.#forget(entry);
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
  }

  /** What is to be written, given away: it counts as written from now on. */
  take(): readonly Write[] {
    const writes: Write[] = [];
    for (const entry of this.#changed) {
      const { id, position, body } = entry;
      const isNew = !entry.isStored;
      entry.isChanged = false;
      if (body) entry.isStored = true;
      if (entry.isStored)
        writes.push({ id, position, document: body && this.#document(id, position, body), isNew });
    }
    this.#changed = [];
    return writes;
  }

  /** Forgets what was not used since the last time, and more if that is not enough. Only while the store has all that was taken. */
  trim(most: number): void {
    for (const entry of this.#entries.values()) if (!entry.wasUsed && !entry.isChanged) this.#forget(entry);
    for (const entry of this.#entries.values()) {
      if (this.#entries.size > most && !entry.isChanged) this.#forget(entry);
      entry.wasUsed = false;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#changed = [];
    this.#byField.clear();
  }

  /** As it is written: the same events give the same bytes, in whatever batches they came. */
  #document(id: string, position: Position, body: Body<D>): Document {
    return this.#order.apply({ ...this.derive(body), id, position });
  }

  #fetched(id: string, document: D | undefined): void {
    const entry = entryOf(id, document);
    this.#entries.set(id, entry);
    this.#index(id, undefined, entry.body);
  }

  #forget(entry: Entry<D>): void {
    this.#index(entry.id, entry.body, undefined);
    this.#entries.delete(entry.id);
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

const entryOf = <D extends Document>(id: string, document: D | undefined): Entry<D> => {
  if (!document) return new Entry<D>(id, undefined, '', false);
  const { position, ...body } = document;
  return new Entry<D>(id, body, position, true);
};

const fieldOf = <D extends Document>(body: Body<D> | undefined, field: keyof D): unknown =>
  (body as D | undefined)?.[field];

const addTo = (ids: Map<unknown, Set<string>>, value: unknown, id: string): void => {
  const known = ids.get(value);
  if (known) known.add(id);
  else ids.set(value, new Set([id]));
};
