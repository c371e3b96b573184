import type { Position, StoredEvent } from '../../application/ports/event-store.js';
import { batchesOf } from './batches.js';
import type { Passed } from './checkpoints.js';
import type { Connection } from './connection.js';
import { LiveEnd, type LiveReader, type Received } from './live-end.js';
import type { ResolvedEvent } from './log-client.js';
import { logPositionOf } from './position.js';

/** How long what comes close behind other events of a subscription is gathered, in milliseconds. */
const GATHER_MS = 5;

/** The log that is followed. */
export interface FollowedLog {
  /** What is there already, from this position on: the event at it is included. */
  readFrom(position: Position | undefined, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]>;
  connection(): Connection;
  /** What readers get of an item of a subscription; undefined if it is none of Herald's. It is called once for each item. */
  accept(item: ResolvedEvent | Passed): Received | undefined;
}

/** What was taken of the log, and where it goes on: after the last event, or at a place beyond it that the filter has passed. */
export interface Taken {
  readonly events: readonly StoredEvent[];
  readonly position: Position | undefined;
}

/**
 * Follows the log for all readers of an instance. What is there already comes in pages, and what is appended then by a subscription:
 * pages cost less, and are full.
 */
export class LogFollower {
  #live: LiveEnd | undefined;

  constructor(private readonly log: FollowedLog) {}

  /** Whether a subscription has come to the end of the log. */
  get isCaughtUp(): boolean {
    return this.#live?.isCaughtUp ?? false;
  }

  /**
   * Everything after a position. Returns when the subscription has ended, also if that was because the connection was left.
   * @param most how many events there are at once.
   * @throws Dropped when a read or the subscription fails, and what `readFrom` and `accept` throw.
   */
  async *follow(after: Position | undefined, most: number, signal: AbortSignal): AsyncGenerator<Taken> {
    let position = after;
    while (!signal.aborted) {
      const before = position;
      // It joins before it reads the pages, so that it has what comes after them.
      const live = this.#live;
      let reader = live?.isOver === false ? live.join() : undefined;
      try {
        for await (const page of this.#pagesAfter(position, most, signal)) {
          position = page.at(-1)?.position ?? position;
          // What waits for one that has ended amid the pages is read with them.
          if (reader?.received.destroyed) reader = undefined;
          yield { events: page, position };
        }
        if (signal.aborted) return;
        if (!reader || reader.received.destroyed || !live?.beginsBy(position)) {
          await reader?.leave();
          reader = this.#liveFrom(position).joinAfter(position);
        }
        if (!reader) continue;
        position = yield* taken(reader, position, most, signal);
        // One that falls behind again and again, and gets nothing, is not tried again at once.
        if (!reader.isBehind || position === before) return;
      } finally {
        await reader?.leave();
      }
    }
  }

  async *#pagesAfter(
    after: Position | undefined,
    most: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[]> {
    let page: StoredEvent[] = [];
    for await (const events of this.log.readFrom(after, signal))
      for (const event of events) {
        if (event.position === after) continue;
        page.push(event);
        if (page.length < most) continue;
        if (signal.aborted) return;
        yield page;
        page = [];
      }
    if (page.length > 0 && !signal.aborted) yield page;
  }

  /** The end of the log, from this position on at the latest. */
  #liveFrom(position: Position | undefined): LiveEnd {
    if (!this.#live || this.#live.isOver || !this.#live.beginsBy(position))
      this.#live = this.#begun(position);
    return this.#live;
  }

  #begun(after: Position | undefined): LiveEnd {
    const { client, left } = this.log.connection();
    const subscription = client.subscribeToAll(after === undefined ? 'start' : logPositionOf(after));
    return new LiveEnd({
      ...{ subscription, after, left },
      accept: (item) => this.log.accept(item),
    });
  }
}

/**
 * The events of a reader, and the places that it has passed.
 * @returns how far it has come.
 * @throws Dropped when the subscription fails.
 */
async function* taken(
  { received }: LiveReader,
  after: Position | undefined,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<Taken, Position | undefined> {
  let position = after;
  for await (const batch of batchesOf<Received>(received, { most, signal, gather: GATHER_MS })) {
    // Some may have been in a page.
    const news = batch.filter((one) => one.position > (position ?? ''));
    position = news.at(-1)?.position ?? position;
    yield { events: news.flatMap(({ event }) => event ?? []), position };
  }
  return position;
}
