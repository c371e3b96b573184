import type { Collection, Document, DocumentStore } from '../document-store.js';
import type { Position, StoredEvent } from '../event-store.js';
import { Folding, PoisonEvent } from './folding.js';
import type { Parked, Projection } from './projection.js';
import { WorkingSet } from './working-set.js';

/**
 * When documents are written: `live` after every batch; `build` as rarely as memory allows, because most of them change
 * again, but so often that a killed process has little to do again.
 */
export type Pace = 'live' | 'build';

/** Documents in memory, of some 2 KB each, before a build writes; and before it waits until they are written. */
const MOST_IN_MEMORY = 24_000;
const TOO_MANY_IN_MEMORY = 32_000;
const LONGEST_UNWRITTEN_MS = 30_000;

/** Keeps the documents of one projection behind the log. */
export class Projector<D extends Document = Document> {
  readonly #handles: ReadonlySet<string>;
  readonly #set: WorkingSet<D>;
  readonly #folding: Folding<D>;
  /** Of a build: the write that is under way. */
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
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
    this.#folding = new Folding(projection, this.#set);
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
      await this.#folding.fold(events, ({ position }) => {
        this.#position = position;
      });
      this.#position = last;
    } catch (error) {
      if (!(error instanceof PoisonEvent)) {
        await this.#beginAgain();
        throw error;
      }
      this.#parked = { position: error.event.position, event: error.event.id, reason: error.message };
    }
    if (this.pace === 'live' || this.#parked) await this.flush();
    else await this.#makeRoom();
  }

  /** Writes what waits, up to where it has folded. */
  async flush(): Promise<void> {
    await this.#writeBehind();
    await this.#written();
    if (this.pace === 'live') this.#set.clear();
  }

  /** Of a build: what is written may be forgotten where memory is short, and what is not is written for that. */
  async #makeRoom(): Promise<void> {
    if (this.#isWriting && this.#set.size < TOO_MANY_IN_MEMORY) return;
    await this.#written();
    if (this.#isCrowded()) this.#set.trim(MOST_IN_MEMORY / 2);
    if (this.#isCrowded() || performance.now() - this.#flushedAt >= LONGEST_UNWRITTEN_MS)
      await this.#writeBehind();
  }

  /** Gives what waits to the store, and goes on folding while it writes. */
  async #writeBehind(): Promise<void> {
    await this.#written();
    await this.fence();
    const writes = this.#set.take();
    this.#flushedAt = performance.now();
    // Without a change the checkpoint of a build may lag: the same events again would change nothing again. That of live
    // documents is what other Heralds wait for.
    if (writes.length === 0 && this.pace === 'build') return;
    this.#isWriting = true;
    this.#writing = this.documents.write(this.collection, writes, this.#position).finally(() => {
      this.#isWriting = false;
    });
    // Whoever waits for it next hears of a failure.
    this.#writing.catch(() => undefined);
  }

  async #written(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      this.#writing = Promise.resolve();
      await this.#beginAgain();
      throw error;
    }
  }

  /** What is in memory is ahead of what is written: it begins again at the checkpoint. */
  async #beginAgain(): Promise<void> {
    this.#set.clear();
    this.#position = await this.documents.checkpoint(this.collection);
  }

  #isCrowded(): boolean {
    return this.#set.size >= MOST_IN_MEMORY || this.isMemoryShort();
  }
}
