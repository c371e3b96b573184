import { MAX_BUFFERED_EVENTS } from '../../../domain/bounds.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';

/** Waiting batches are folded together up to this many events: few large writes cost less than many small ones. */
const FOLDED_TOGETHER = 500;

interface Batch {
  /** The last event of the log before this batch. */
  readonly after: Position;
  readonly events: readonly StoredEvent[];
}

/**
 * Events of the shared feed buffered for one projection, at most `MAX_BUFFERED_EVENTS`. A projection that falls further behind
 * is detached: it buffers nothing and reads the log by itself until it is attached again.
 */
export class EventBuffer {
  #batches: Batch[] = [];
  #size = 0;
  #isAttached = false;

  get isAttached(): boolean {
    return this.#isAttached;
  }

  /** The number of buffered events. */
  get size(): number {
    return this.#size;
  }

  /** The position that the documents must have before the buffered events are folded; undefined if the buffer is empty. */
  get after(): Position | undefined {
    return this.#batches[0]?.after;
  }

  /** Whether `count` more events fit; always true for a detached projection, which buffers none. */
  hasRoomFor(count: number): boolean {
    return !this.#isAttached || this.#size === 0 || this.#size + count <= MAX_BUFFERED_EVENTS;
  }

  /** Buffers a batch, or detaches the projection if it does not fit. */
  add(after: Position, events: readonly StoredEvent[]): void {
    if (!this.hasRoomFor(events.length)) this.detach();
    if (!this.#isAttached) return;
    this.#batches.push({ after, events });
    this.#size += events.length;
  }

  /** @returns the next events in order: one batch, and the following ones as long as they are small. */
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

  /** Starts buffering: the documents have reached the feed. */
  attach(): void {
    this.#isAttached = true;
  }

  /** Drops the buffer: the log has its events. */
  detach(): void {
    this.#isAttached = false;
    this.#batches = [];
    this.#size = 0;
  }
}
