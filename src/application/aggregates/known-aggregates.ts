import { LRUCache } from 'lru-cache';
import { MAX_CACHED_AGGREGATES, MAX_CACHED_NOTIFICATIONS, MAX_STREAMS_READ_AT } from '../../domain/bounds.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import { boundedCache } from '../caches/bounded-cache.js';
import type { Loaded } from './loaded.js';

type Kind<S> = Pick<Decider<S, never, Fact>, 'snapshotVersion' | 'initialState'>;

/** The overhead of one entry beside its state. */
const ENTRY = 512;

const cacheOf = (maxSize: number): LRUCache<string, Loaded<unknown>> =>
  new LRUCache({ maxSize, sizeCalculation: ({ size, commands }) => ENTRY + size + 64 * commands.size });

/** The aggregates that are in memory, by stream, and how old that knowledge is. */
export class KnownAggregates {
  readonly #lasting = cacheOf(MAX_CACHED_AGGREGATES);
  /** Notifications: each is needed for a short time, and a surge of them evicts none of the others. */
  readonly #shortLived = cacheOf(MAX_CACHED_NOTIFICATIONS);
  /** When the state in memory was last known to be that of the stream, in milliseconds of this process: it was read, or appended to. */
  readonly #readAt = boundedCache<number>(MAX_STREAMS_READ_AT);

  get<S>(kind: Kind<S>, stream: string): Loaded<S> | undefined {
    return this.#of(kind).get(stream) as Loaded<S> | undefined;
  }

  /** What is in memory, unless the log is known to have more. */
  usable<S>(kind: Kind<S>, stream: string): Loaded<S> | undefined {
    const known = this.get(kind, stream);
    return known?.isBehind ? undefined : known;
  }

  set<S>(kind: Kind<S>, stream: string, loaded: Loaded<S>): void {
    this.#of(kind).set(stream, loaded);
  }

  delete(kind: Kind<unknown>, stream: string): void {
    this.#of(kind).delete(stream);
  }

  /** Notes that what is in memory was the state of the stream at a moment of this process, in milliseconds. */
  noteRead({ snapshotVersion }: Kind<unknown>, stream: string, at: number): void {
    if (snapshotVersion !== undefined) this.#readAt.set(stream, at);
  }

  /** The stream may have other events than those in memory. */
  noteUncertain(stream: string): void {
    this.#readAt.delete(stream);
  }

  /** Whether what is in memory was the state of the stream less than so many milliseconds ago. */
  isFresh(stream: string, millis: number): boolean {
    const readAt = this.#readAt.get(stream);
    return readAt !== undefined && performance.now() - readAt < millis;
  }

  clear(): void {
    this.#lasting.clear();
    this.#shortLived.clear();
    this.#readAt.clear();
  }

  #of({ snapshotVersion }: Kind<unknown>) {
    return snapshotVersion === undefined ? this.#shortLived : this.#lasting;
  }
}
