import type { Collection, Document, DocumentStore, Write } from '../../ports/document-store.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Body } from '../../ports/projection.js';
import type { Offender } from '../parking/exceptions.js';
import { SortedFields } from './sorted-fields.js';

const PAGE = 500;

/** The buffer is evicted in this number of parts. */
const PARTS = 8;

type Where = Readonly<Record<string, string | number>>;

/** A page of matching documents. */
export interface MatchingPage<D extends Document> {
  /** The ids that match in their current state in memory. */
  readonly ids: readonly string[];
  /** The documents that were not in memory before. */
  readonly fetched: readonly Entry<D>[];
  readonly isLast: boolean;
}

/** A document in memory, and the last event folded into it; without a body if it is known not to exist. */
export class Entry<D extends Document> {
  /** Whether it differs from what was last handed to the store. */
  isChanged = false;
  /** The last event folded into it since it was loaded. */
  event: Offender | undefined;
  /** For live documents: the result of each event since the last write, to find the one at fault. */
  steps: Step<D>[] = [];

  constructor(
    readonly id: string,
    public body: Body<D> | undefined,
    public position: Position,
    /** Whether the store may contain it: it did, or a write was handed over. */
    public isStored: boolean,
  ) {}

  /** Whether this event is already folded into the existing document. */
  hasSeen(event: Position): boolean {
    return this.body !== undefined && this.position >= event;
  }
}

/** The result of one event for a document. */
export interface Step<D extends Document> {
  readonly event: Offender;
  readonly body: Body<D> | undefined;
}

/** A document at the time it was taken, serialised only when it is written: thousands at once would double the memory. */
export class TakenWrite<D extends Document = Document> implements Write {
  readonly id: string;
  readonly position: Position;
  readonly event: Offender;
  readonly steps: readonly Step<D>[];

  constructor(
    { id, position, event, steps }: Entry<D>,
    readonly isNew: boolean,
    private readonly make: (() => Document) | undefined,
  ) {
    this.id = id;
    this.position = position;
    this.event = event ?? { id: '', type: '', position };
    this.steps = steps;
  }

  get document(): Document | undefined {
    return this.make?.();
  }
}

/** Documents in memory between two writes: each is read once and written once. */
export class DocumentBuffer<D extends Document> {
  readonly #entries = new Map<string, Entry<D>>();
  #changed: Entry<D>[] = [];
  readonly #order = new SortedFields();
  /** Ids by field and value, for the fields that were queried. */
  readonly #byField = new Map<keyof D, Map<unknown, Set<string>>>();
  /** Whether the result of each event is kept until the document is written. */
  keepsSteps: boolean;

  constructor(
    private readonly store: DocumentStore,
    private readonly collection: Collection,
    private readonly derive: (body: Body<D>) => Body<D> = (body) => body,
    /** Whether others may write the same documents. */
    private readonly isLive = false,
  ) {
    this.keepsSteps = isLive;
  }

  /** The number of documents in memory. */
  get size(): number {
    return this.#entries.size;
  }

  /** A document that was fetched. */
  get(id: string): Body<D> | undefined {
    return this.#entries.get(id)?.body;
  }

  /** A fetched document for modification; a new one if it was created and removed since. */
  entry(id: string): Entry<D> {
    const known = this.#entries.get(id);
    if (known) return known;
    const entry = entryOf<D>(id, undefined);
    this.#entries.set(id, entry);
    return entry;
  }

  /** Whether it is in memory. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Loads documents into memory. */
  async fetch(ids: ReadonlySet<string>): Promise<void> {
    if (ids.size === 0) return;
    const found = await this.store.get<D>(this.collection, [...ids]);
    for (const id of ids) this.#fetched(id, found.get(id));
  }

  /** The ids of matching documents in memory. */
  matching(where: Where): readonly string[] {
    return this.#matching(where);
  }

  /** Matching documents of the store, page by page, loaded unless in memory: the copy in memory is newer. */
  async *fetchMatching(where: Where): AsyncGenerator<MatchingPage<D>, void, undefined> {
    let after: string | undefined;
    do {
      const query = { where, limit: PAGE, ...(after ? { after } : {}) };
      const page = await this.store.find<D>(this.collection, query);
      const fetched = page.documents.filter(({ id }) => !this.has(id));
      for (const document of fetched) this.#fetched(document.id, document);
      after = page.next;
      const ids = page.documents.map(({ id }) => id).filter((id) => isMatching(this.get(id), where));
      const entries = fetched.flatMap(({ id }) => this.#entries.get(id) ?? []);
      yield { ids, fetched: entries, isLast: after === undefined };
    } while (after !== undefined);
  }

  /** Sets the document after an event; the same object as before means no change. */
  put(entry: Entry<D>, body: Body<D> | undefined, { id, type, position }: StoredEvent): void {
    if (body === entry.body) return;
    this.#index(entry.id, entry.body, body);
    entry.body = body;
    entry.position = position;
    entry.event = { id, type, position };
    if (this.keepsSteps) entry.steps.push({ event: entry.event, body });
    // A document created and removed between two writes never existed for the store.
    if (!body && !entry.isStored) this.#forget(entry);
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
  }

  /** Takes the pending writes of these entries; they count as written from now on. */
  take(entries: readonly Entry<D>[] = this.#changed): readonly TakenWrite<D>[] {
    const writes: TakenWrite<D>[] = [];
    for (const entry of entries) {
      if (!entry.isChanged) continue;
      const { id, position, body } = entry;
      const isNew = !entry.isStored;
      entry.isChanged = false;
      if (body) entry.isStored = true;
      // Live documents created and removed in between are removed anyway: a late writer may have seen only their creation.
      if (entry.isStored || this.isLive)
        writes.push(new TakenWrite(entry, isNew, body && (() => this.document(id, position, body))));
      entry.steps = [];
    }
    this.#changed = this.#changed.filter(({ isChanged }) => isChanged);
    return writes;
  }

  /**
   * An arbitrary part of the documents in memory: a platform cycles through its accounts, so the least recently used may be
   * needed next.
   */
  some(): readonly Entry<D>[] {
    return [...this.#entries.values()].filter((_, n) => n % PARTS === 0);
  }

  /** Evicts these. Call it only once the store has their taken writes. */
  forget(entries: readonly Entry<D>[]): void {
    for (const entry of entries) this.#forget(entry);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#changed = [];
    this.#byField.clear();
  }

  /** The document in its stored form: the same events give the same bytes, however they were batched. */
  document(id: string, position: Position, body: Body<D>): Document {
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
    return [...(this.#idsBy(first[0]).get(first[1]) ?? [])].filter((id) => isMatching(this.get(id), where));
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

/** Whether a document matches a condition. */
export const isMatching = <D extends Document>(body: Body<D> | undefined, where: Where): boolean =>
  body !== undefined &&
  (Object.entries(where) as [keyof D, string | number][]).every(
    ([name, wanted]) => fieldOf(body, name) === wanted,
  );

const addTo = (ids: Map<unknown, Set<string>>, value: unknown, id: string): void => {
  const known = ids.get(value);
  if (known) known.add(id);
  else ids.set(value, new Set([id]));
};
