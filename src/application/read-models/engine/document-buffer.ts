import type { Collection, Document, DocumentStore, Write } from '../../ports/document-store.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Body } from '../../ports/projection.js';
import type { Offender } from '../parking/exceptions.js';
import { SortedFields } from './sorted-fields.js';

const PAGE = 500;

/** One of so many is forgotten at a time. */
const PARTS = 8;

type Where = Readonly<Record<string, string | number>>;

/** Documents of the store that match a condition. */
export interface MatchingPage<D extends Document> {
  /** Those that match as they are here. */
  readonly ids: readonly string[];
  /** Those that were not here before. */
  readonly fetched: readonly Entry<D>[];
  readonly isLast: boolean;
}

/** A document in memory, and the last event folded into it; without a body where it is known not to be there. */
export class Entry<D extends Document> {
  /** Whether it differs from what was last given to the store. */
  isChanged = false;
  /** The last event folded into it since it is in memory. */
  event: Offender | undefined;
  /** Of live documents: what each event has made of it since it was last written, so that the one at fault can be found. */
  steps: Step<D>[] = [];

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

/** What one event has made of a document. */
export interface Step<D extends Document> {
  readonly event: Offender;
  readonly body: Body<D> | undefined;
}

/** A document as it was when it was taken, made when it is written: thousands at once would need the memory twice. */
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

/** Documents in memory between two writes: each is read once, and written once. */
export class DocumentBuffer<D extends Document> {
  readonly #entries = new Map<string, Entry<D>>();
  #changed: Entry<D>[] = [];
  readonly #order = new SortedFields();
  /** Ids by field and value, for the fields that were asked for. */
  readonly #byField = new Map<keyof D, Map<unknown, Set<string>>>();

  constructor(
    private readonly store: DocumentStore,
    private readonly collection: Collection,
    private readonly derive: (body: Body<D>) => Body<D> = (body) => body,
    /** Whether it is kept what each event has made of a document until that is written. */
    private readonly keepsSteps = false,
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

  /** The ids of the documents here that match. */
  matching(where: Where): readonly string[] {
    return this.#matching(where);
  }

  /** Those in the store that match, page by page, brought here unless they are: what is known here is newer. */
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

  /** The document after an event; the same object as before means that nothing changed. */
  put(entry: Entry<D>, body: Body<D> | undefined, { id, type, position }: StoredEvent): void {
    if (body === entry.body) return;
    this.#index(entry.id, entry.body, body);
    entry.body = body;
    entry.position = position;
    entry.event = { id, type, position };
    if (this.keepsSteps) entry.steps.push({ event: entry.event, body });
    // What came and went between two writes was never there.
    if (!body && !entry.isStored) this.#forget(entry);
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
  }

  /** What of these is to be written, given away: it counts as written from now on. */
  take(entries: readonly Entry<D>[] = this.#changed): readonly TakenWrite<D>[] {
    const writes: TakenWrite<D>[] = [];
    for (const entry of entries) {
      if (!entry.isChanged) continue;
      const { id, position, body } = entry;
      const isNew = !entry.isStored;
      entry.isChanged = false;
      if (body) entry.isStored = true;
      // Live documents that came and went are removed all the same: a late writer may have seen them come only.
      if (entry.isStored || this.keepsSteps)
        writes.push(new TakenWrite(entry, isNew, body && (() => this.document(id, position, body))));
      entry.steps = [];
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
