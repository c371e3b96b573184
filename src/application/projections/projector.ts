import type { Collection, Document, DocumentStore } from '../document-store.js';
import type { Position, StoredEvent } from '../event-store.js';
import { foldEvent, PoisonEvent, prefetch } from './folding.js';
import type { Parked, Projection } from './projection.js';
import { WorkingSet } from './working-set.js';

/**
 * When documents are written: `live` after every batch; `build` as rarely as memory allows, because most of them change
 * again, but so often that a killed process has little to do again.
 */
export type Pace = 'live' | 'build';

/** Documents in memory; some 2 KB each. */
const MOST_IN_MEMORY = 32_000;
const LONGEST_UNWRITTEN_MS = 30_000;

/** Keeps the documents of one projection behind the log. */
export class Projector<D extends Document = Document> {
  readonly #handles: ReadonlySet<string>;
  readonly #set: WorkingSet<D>;
  #position: Position | undefined;
  #parked: Parked | undefined;
  /** By the monotonic clock: it is about a duration, not about when. */
  #flushedAt = performance.now();

  constructor(
    readonly projection: Projection<D>,
    private readonly documents: DocumentStore,
    private readonly collection: Collection,
    private readonly pace: Pace = 'live',
    /** Called between reading and writing; where it throws nothing is written. */
    private readonly fence: () => Promise<void> = async () => undefined,
    /** Whether memory is short: a build writes then, and forgets half of what it holds. */
    private readonly isMemoryShort: () => boolean = () => false,
  ) {
    this.#handles = new Set(projection.handles);
    const derive = projection.derive?.bind(projection);
    this.#set = new WorkingSet<D>(documents, collection, derive);
  }

  /** Up to where it has folded the log; undefined before the first event. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** The event that it stands still before, if it does. */
  get parked(): Parked | undefined {
    return this.#parked;
  }

  /** Forgets that it stands still, so that the event is tried again. */
  unpark(): void {
    this.#parked = undefined;
  }

  /** Makes the collection, and finds out how far it is; a new one begins behind `from`. */
  async open(from?: Position): Promise<void> {
    await this.documents.ensure(this.collection);
    this.#position = (await this.documents.checkpoint(this.collection)) ?? from;
  }

  /** Forgets what is in memory: another may have written since. */
  async reread(): Promise<void> {
    this.#set.clear();
    this.#position = (await this.documents.checkpoint(this.collection)) ?? this.#position;
  }

  /** Folds a batch. Documents and checkpoint are written together; events that it has seen change nothing. */
  async fold(batch: readonly StoredEvent[]): Promise<void> {
    const last = batch.at(-1)?.position;
    const seen = this.#position ?? '';
    if (this.#parked || last === undefined || last <= seen) return;
    const events = batch.filter(({ type, position }) => this.#handles.has(type) && position > seen);
    try {
      await prefetch(this.projection, events, this.#set);
      for (const event of events) {
        await foldEvent(this.projection, event, this.#set);
        this.#position = event.position;
      }
      this.#position = last;
    } catch (error) {
      if (!(error instanceof PoisonEvent)) {
        // What is in memory is ahead of what is written: it begins again at the checkpoint.
        this.#set.clear();
        this.#position = await this.documents.checkpoint(this.collection);
        throw error;
      }
      this.#parked = { position: error.event.position, event: error.event.id, reason: error.message };
    }
    if (this.pace === 'live' || this.#parked || this.#isFull()) await this.flush();
  }

  /** Writes what waits, up to where it has folded. */
  async flush(): Promise<void> {
    const writes = this.#set.writes();
    // Without a change the checkpoint of a build may lag: the same events again would change nothing again. That of live
    // documents is what other Heralds wait for.
    if (writes.length > 0 || this.pace === 'live') {
      await this.fence();
      await this.documents.write(this.collection, writes, this.#position);
    }
    this.#set.written();
    if (this.pace === 'live') this.#set.clear();
    else if (this.#isCrowded()) this.#set.trim(Math.min(this.#set.size, MOST_IN_MEMORY) / 2);
    this.#flushedAt = performance.now();
  }

  #isCrowded(): boolean {
    return this.#set.size >= MOST_IN_MEMORY || this.isMemoryShort();
  }

  #isFull(): boolean {
    return this.#isCrowded() || performance.now() - this.#flushedAt >= LONGEST_UNWRITTEN_MS;
  }
}
