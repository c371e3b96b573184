import type { Collection, Document, DocumentStore, Write } from '../document-store.js';
import type { Position } from '../event-store.js';
import { FieldOrder } from './field-order.js';
import type { Body } from './projection.js';

const PAGE = 500;

/** One of so many is forgotten at a time. */
const PARTS = 8;

type Where = Readonly<Record<string, string | number>>;

/** A document in memory, and the last event folded into it; without a body where it is known not to be there. */
export class Entry<D extends Document> {
  /** Whether it differs from what was last given to the store. */
  isChanged = false;

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

/** A document as it was when it was taken, made when it is written: thousands at once would need the memory twice. */
class TakenWrite implements Write {
  constructor(
    readonly id: string,
    readonly position: Position,
    readonly isNew: boolean,
    private readonly make: (() => Document) | undefined,
  ) {}

  get document(): Document | undefined {
    return this.make?.();
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

  /** Whether it is here. */
  has(id: string): boolean {
    return this.#entries.has(id);
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

  /** What of these is to be written, given away: it counts as written from now on. */
  take(entries: readonly Entry<D>[] = this.#changed): readonly Write[] {
    const writes: Write[] = [];
    for (const entry of entries) {
      if (!entry.isChanged) continue;
      const { id, position, body } = entry;
      const isNew = !entry.isStored;
      entry.isChanged = false;
      if (body) entry.isStored = true;
      if (entry.isStored)
        writes.push(new TakenWrite(id, position, isNew, body && (() => this.#document(id, position, body))));
    }
    this.#changed = this.#changed.filter(({ isChanged }) => isChanged);
    return writes;
  }

  /**
   * A part of the documents that are here, whichever: a platform goes through its accounts in rounds, so what was used
   * longest ago may be what is needed next.
   */
  some(): readonly Entry<D>[] {
    return [...this.#entries.values()].filter((_, n) => n % PARTS === 0);
  }

  /** Forgets these. Only once the store has what was taken of them. */
  forget(entries: readonly Entry<D>[]): void {
    for (const entry of entries) this.#forget(entry);
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
