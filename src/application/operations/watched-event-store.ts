import { hasCode } from '../../domain/kernel/herald-error.js';
import type { Health, HealthSource, PartHealth } from '../health/health.js';
import {
  type AppendResult,
  EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type InboundRecord,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
} from '../ports/event-store.js';

/**
 * How long after a failed append the log counts as down, in milliseconds. Afterwards it is `degraded` until an append succeeds:
 * an instance that receives no events could not show that it has recovered.
 */
const DOWN_FOR_MS = 30_000;

/** A log that remembers a failed append until one succeeds: a full or read-only disk still answers reads. */
export class WatchedEventStore extends EventStore implements HealthSource {
  readonly #store: EventStore;
  /** When an append failed, by the monotonic clock; undefined once one has succeeded. */
  #failedAt: number | undefined;
  /** When an append last succeeded, by the monotonic clock. */
  #succeededAt = -1;

  constructor(store: EventStore, health: Health) {
    super();
    this.#store = store;
    health.register(this);
  }

  health(): readonly PartHealth[] {
    if (this.#failedAt === undefined) return [{ part: 'event-store', status: 'ok' }];
    const isFresh = performance.now() - this.#failedAt < DOWN_FOR_MS;
    return [
      {
        part: 'event-store',
        status: isFresh ? 'down' : 'degraded',
        says: 'The last append to the log failed, so nothing was recorded. Check the disk, its free space, folder permissions and locks; see the log of this instance.',
      },
    ];
  }

  override async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const begunAt = performance.now();
    try {
      const result = await this.#store.append(stream, events, expected);
      this.#failedAt = undefined;
      this.#succeededAt = performance.now();
      return result;
    } catch (error) {
      // One that began before another succeeded says nothing of now: it may have waited through an outage that is over.
      if (hasCode(error, 'event-store-unavailable') && begunAt >= this.#succeededAt)
        this.#failedAt = performance.now();
      throw error;
    }
  }

  override readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent> {
    return this.#store.readStream(stream, options);
  }

  override readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.#store.readAll(options);
  }

  override subscribeToAll(options: SubscribeOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.#store.subscribeToAll(options);
  }

  override head(): Promise<Position | undefined> {
    return this.#store.head();
  }

  override count(upTo: Position): Promise<number | undefined> {
    return this.#store.count(upTo);
  }

  override share(position: Position, head: Position): number {
    return this.#store.share(position, head);
  }

  override get findsInbound(): boolean {
    return this.#store.findsInbound;
  }

  override findInbound(commandIds: readonly string[]): Promise<readonly InboundRecord[]> {
    return this.#store.findInbound(commandIds);
  }

  override close(): Promise<void> {
    return this.#store.close();
  }
}
