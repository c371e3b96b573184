import { MAX_BUFFERED_EVENTS } from '../../../domain/bounds.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';

/** Waiting batches are folded together up to this many events: a few writes of many documents cost less than many of a few. */
const FOLDED_TOGETHER = 500;

interface Batch {
  /** The last event of the log before this batch. */
  readonly after: Position;
  readonly events: readonly StoredEvent[];
}

/**
 * Events of the shared feed that wait for one projection, at most `MAX_BUFFERED_EVENTS`. A projection that is further behind is
 * detached: nothing waits for it here, and it reads the log by itself until it is attached again.
 */
export class EventBuffer {
  #batches: Batch[] = [];
  #size = 0;
  #isAttached = false;

  get isAttached(): boolean {
    return this.#isAttached;
  }

  /** How many events wait. */
  get size(): number {
    return this.#size;
  }

  /** The position that the documents must have reached for what waits to be folded next; undefined while nothing waits. */
  get after(): Position | undefined {
    return this.#batches[0]?.after;
  }

  /** Whether as many more events can wait; true for a detached projection, for which none do. */
  hasRoomFor(count: number): boolean {
    return !this.#isAttached || this.#size === 0 || this.#size + count <= MAX_BUFFERED_EVENTS;
  }

  /** Keeps a batch for later, or detaches the projection where there is no room for it. */
  add(after: Position, events: readonly StoredEvent[]): void {
    if (!this.hasRoomFor(events.length)) this.detach();
    if (!this.#isAttached) return;
    this.#batches.push({ after, events });
    this.#size += events.length;
  }

  /** @returns the next events in order: one batch, and those behind it as long as they are few. */
  take(): readonly StoredEvent[] {
    const taken: StoredEvent[] = [];
    for (let [next] = this.#batches; next; [next] = this.#batches) {
      if (taken.length > 0 && taken.length + next.events.length > FOLDED_TOGETHER) break;
      taken.push(...next.events);
      this.#batches.shift();
    }
    this.#size -= taken.length;
    return taken;
  }

  /** The documents are where the feed is: what comes next waits here. */
  attach(): void {
    this.#isAttached = true;
  }

  /** Forgets what waits: the log has it. */
  detach(): void {
    this.#isAttached = false;
    this.#batches = [];
    this.#size = 0;
  }
}
