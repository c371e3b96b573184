import { HeraldError } from '../../domain/herald-error.js';
import type { Document, DocumentStore, Write } from '../document-store.js';
import type { StoredEvent } from '../event-store.js';
import { type Body, collectionOf, type Projection } from './projection.js';

const PAGE = 500;

/** An event that a projection cannot fold. */
export class PoisonEvent extends HeraldError {
  constructor(
    readonly event: StoredEvent,
    cause: unknown,
  ) {
    super('poison-event', cause instanceof Error ? cause.message : String(cause));
  }
}

/** Folds a batch of events into one projection: each document is read once, and written once. */
export class BatchFold<D extends Document> {
  /** What is known of documents: undefined for one that is not there. */
  readonly #documents = new Map<string, D | undefined>();
  readonly #changed = new Map<string, Write>();

  constructor(
    private readonly projection: Projection<D>,
    private readonly store: DocumentStore,
  ) {}

  /**
   * The writes that bring the documents to where they are after these events.
   * @throws PoisonEvent for the first event that the projection cannot fold.
   */
  async fold(events: readonly StoredEvent[]): Promise<readonly Write[]> {
    await this.#fetch(
      events.flatMap((event) =>
        this.#pure(event, () => [
          ...(this.projection.target(event).ids ?? []),
          ...(this.projection.reads?.(event) ?? []),
        ]),
      ),
    );
    for (const event of events) await this.#foldOne(event);
    return [...this.#changed.values()];
  }

  async #foldOne(event: StoredEvent): Promise<void> {
    const { ids = [], where } = this.#pure(event, () => this.projection.target(event));
    const targets = new Set([...ids, ...(where ? await this.#matching(where) : [])]);
    const after = new Map<string, Body<D> | undefined>();
    // All see the documents as they were before the event, so that their order does not matter.
    for (const id of targets) {
      const known = this.#documents.get(id);
      if (known && known.position >= event.position) continue;
      after.set(
        id,
        this.#pure(event, () =>
          this.projection.evolve(known, event, id, (other) => this.#documents.get(other)),
        ),
      );
    }
    for (const [id, body] of after) this.#put(id, body, event);
  }

  /** Calls the projection's own code, of which nothing but the event can be the reason to fail. */
  #pure<T>(event: StoredEvent, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw new PoisonEvent(event, error);
    }
  }

  #put(id: string, body: Body<D> | undefined, { position }: StoredEvent): void {
    if (body === this.#documents.get(id)) return;
    const document = body && ({ ...body, id, position } as D);
    this.#documents.set(id, document);
    this.#changed.set(id, { id, position, document });
  }

  async #fetch(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#documents.has(id));
    if (missing.length === 0) return;
    const found = await this.store.get<D>(collectionOf(this.projection), missing);
    for (const id of missing) this.#documents.set(id, found.get(id));
  }

  /** Those in the store, but what is known here is newer. */
  async #matching(where: Readonly<Record<string, string | number>>): Promise<readonly string[]> {
    let after: string | undefined;
    do {
      const page = await this.store.find<D>(collectionOf(this.projection), {
        where,
        limit: PAGE,
        ...(after ? { after } : {}),
      });
      for (const document of page.documents)
        if (!this.#documents.has(document.id)) this.#documents.set(document.id, document);
      after = page.next;
    } while (after);
    const fields = Object.entries(where);
    return [...this.#documents]
      .filter(
        ([, document]) => document && fields.every(([name, value]) => fieldOf(document, name) === value),
      )
      .map(([id]) => id);
  }
}

const fieldOf = (document: Document, field: string): unknown =>
  (document as unknown as Readonly<Record<string, unknown>>)[field];
