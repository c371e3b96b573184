import {
  type Collection,
  type Count,
  type CountQuery,
  type DistinctQuery,
  type Document,
  DocumentStore,
  type Mark,
  type Page,
  type Query,
  type TextPage,
} from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import type { Instant } from '../../domain/kernel/event.js';

/** A read-only view of a store: a missing collection is not created, and reads as empty. */
export class ReadOnlyDocumentStore extends DocumentStore {
  readonly #store: DocumentStore;

  constructor(store: DocumentStore) {
    super();
    this.#store = store;
  }

  override async ensure(): Promise<void> {
    // A missing collection stays missing.
  }

  override missingIndexes(collection: Collection): Promise<readonly string[]> {
    return this.#store.missingIndexes(collection);
  }

  override missingAt(collection: Collection): Promise<string | undefined> {
    return this.#store.missingAt(collection);
  }

  override get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>> {
    return this.#store.get(collection, ids);
  }

  override find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>> {
    return this.#store.find(collection, query);
  }

  override findTexts(collection: Collection, query: Query): Promise<TextPage> {
    return this.#store.findTexts(collection, query);
  }

  override count(collection: Collection, query: CountQuery): Promise<readonly Count[]> {
    return this.#store.count(collection, query);
  }

  override distinct(collection: Collection, query: DistinctQuery): Promise<readonly string[]> {
    return this.#store.distinct(collection, query);
  }

  override write(): Promise<void> {
    return Promise.reject(readOnly());
  }

  override checkpoint(collection: Collection): Promise<Position | undefined> {
    return this.#store.checkpoint(collection);
  }

  override mark(collection: Collection): Promise<Mark | undefined> {
    return this.#store.mark(collection);
  }

  override drop(): Promise<void> {
    return Promise.reject(readOnly());
  }

  override serverTime(): Promise<Instant | undefined> {
    return this.#store.serverTime();
  }

  override close(): Promise<void> {
    return this.#store.close();
  }
}

const readOnly = (): Error => new Error('These read models were opened read-only.');
