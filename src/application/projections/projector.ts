import type { Document, DocumentStore } from '../document-store.js';
import type { Position, StoredEvent } from '../event-store.js';
import { BatchFold, PoisonEvent } from './batch-fold.js';
import { collectionOf, type Parked, type Projection } from './projection.js';

/** Keeps the documents of one projection behind the log. */
export class Projector<D extends Document = Document> {
  #position: Position | undefined;
  #parked: Parked | undefined;
  readonly #handles: ReadonlySet<string>;

  constructor(
    readonly projection: Projection<D>,
    private readonly documents: DocumentStore,
  ) {
    this.#handles = new Set(projection.handles);
  }

  /** Up to where the documents hold the log; undefined before the first event. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** The event that it stands still before, if it does. */
  get parked(): Parked | undefined {
    return this.#parked;
  }

  /** Makes the collection, and finds out how far it is. */
  async open(): Promise<void> {
    const collection = collectionOf(this.projection);
    await this.documents.ensure(collection);
    this.#position = await this.documents.checkpoint(collection);
  }

  /** Folds a batch. Documents and checkpoint are written together; events that it has seen change nothing. */
  async fold(batch: readonly StoredEvent[]): Promise<void> {
    const last = batch.at(-1)?.position;
    if (this.#parked || last === undefined || last <= (this.#position ?? '')) return;
    const events = batch.filter(
      ({ type, position }) => this.#handles.has(type) && position > (this.#position ?? ''),
    );
    await this.#foldOrPark(events, last);
  }

  /** What comes before an event that cannot be folded is kept. */
  async #foldOrPark(events: readonly StoredEvent[], checkpoint: Position): Promise<void> {
    try {
      await this.#write(events, checkpoint);
    } catch (error) {
      if (!(error instanceof PoisonEvent)) throw error;
      const { event, message } = error;
      const before = events.slice(0, events.indexOf(event));
      const last = before.at(-1);
      if (last) await this.#foldOrPark(before, last.position);
      this.#parked ??= { position: event.position, event: event.id, reason: message };
    }
  }

  async #write(events: readonly StoredEvent[], checkpoint: Position): Promise<void> {
    if (events.length > 0) {
      const writes = await new BatchFold(this.projection, this.documents).fold(events);
      // Without a change the checkpoint may lag: the same events again would change nothing again.
      if (writes.length > 0) await this.documents.write(collectionOf(this.projection), writes, checkpoint);
    }
    this.#position = checkpoint;
  }
}
