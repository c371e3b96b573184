import { Readable } from 'node:stream';
import type { Position, StoredEvent } from '../../application/ports/event-store.js';
import { MAX_UNTAKEN_EVENTS } from '../../domain/bounds.js';
import type { Passed } from './checkpoints.js';
import type { LogSubscription, ResolvedEvent } from './log-client.js';

/** How many of its first events the subscription keeps: readers that begin at the same moment need not read the log once more. */
const MAX_FIRST = 100;

/** An event of Herald's, or a place in the log that the subscription has passed. */
export interface Received {
  readonly position: Position;
  readonly event: StoredEvent | undefined;
}

/** Takes part in a live end until it leaves. */
export class LiveReader {
  /** Of `Received`. It ends without an error when the reader has fallen behind or leaves, and when the subscription has ended. */
  readonly received = new Readable({
    objectMode: true,
    highWaterMark: MAX_UNTAKEN_EVENTS,
    read: () => undefined,
  });
  #isBehind = false;

  constructor(private readonly left: (reader: LiveReader) => Promise<void>) {
    // It may fail before anybody listens to it.
    this.received.on('error', () => undefined);
  }

  /** Whether the rest of the log has to be read in pages. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** @returns whether there was room for it. */
  give(received: Received): boolean {
    if (this.received.readableLength >= MAX_UNTAKEN_EVENTS) return false;
    this.received.push(received);
    return true;
  }

  fallBehind(): void {
    this.#isBehind = true;
    this.end();
  }

  end(error?: Error): void {
    this.received.destroy(error);
  }

  /** Resolves once nothing more comes for it. */
  async leave(): Promise<void> {
    this.end();
    await this.left(this);
  }
}

interface LiveEndOptions {
  readonly subscription: LogSubscription;
  /** Where it begins. */
  readonly after: Position | undefined;
  /** Aborts when the connection is left. */
  readonly left: AbortSignal;
  /** What readers get of an item of the subscription; undefined if it is none of Herald's. It is called once for each item. */
  accept(item: ResolvedEvent | Passed): Received | undefined;
}

/**
 * The end of the log, which all readers of an instance follow by one subscription: each event is sent and decoded once. A reader that is
 * slow does not hold up the others. The subscription ends with its last reader.
 */
export class LiveEnd {
  readonly #readers = new Set<LiveReader>();
  /** Everything that was received so far, as long as it is little. */
  #first: Received[] | undefined = [];
  #isCaughtUp = false;
  #isOver = false;
  #unsubscribed: Promise<void> = Promise.resolve();

  /** @param options of a subscription that has just begun. */
  constructor(private readonly options: LiveEndOptions) {
    const { subscription, left } = options;
    left.addEventListener('abort', this.#leave);
    subscription
      .on('caughtUp', () => {
        this.#isCaughtUp = true;
      })
      .on('fellBehind', () => this.#endWith((reader) => reader.fallBehind()))
      .on('error', (error: Error) => this.#end(error))
      .on('end', () => this.#end())
      .on('close', () => this.#end())
      .on('data', (item: ResolvedEvent | Passed) => this.#accept(item));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it has come to the end of the log. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp && !this.#isOver;
  }

  /** A reader of what is received from now on. What was there before it has to read in pages, after it has joined. */
  join(): LiveReader {
    const reader = new LiveReader((one) => this.#remove(one));
    this.#readers.add(reader);
    return reader;
  }

  /** Whether it has everything after this position. One that begins later may begin beyond the end of a log that was restored. */
  beginsBy(position: Position | undefined): boolean {
    return (this.options.after ?? '') <= (position ?? '');
  }

  /**
   * A reader of everything after this position, and perhaps of some before it, which the caller skips; undefined if some of that is no longer
   * at hand: the caller reads pages once more and tries again.
   */
  joinAfter(position: Position | undefined): LiveReader | undefined {
    if (!this.#first || !this.beginsBy(position)) return undefined;
    const reader = this.join();
    for (const received of this.#first) reader.give(received);
    return reader;
  }

  #accept(item: ResolvedEvent | Passed): void {
    try {
      const received = this.options.accept(item);
      if (received) this.#give(received);
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #give(received: Received): void {
    if (this.#first && this.#first.push(received) > MAX_FIRST) this.#first = undefined;
    for (const reader of this.#readers) {
      if (reader.give(received)) continue;
      reader.fallBehind();
      void this.#remove(reader);
    }
  }

  async #remove(reader: LiveReader): Promise<void> {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#end();
    await this.#unsubscribed;
  }

  readonly #leave = (): void => this.#end();

  #end(error?: Error): void {
    this.#endWith((reader) => reader.end(error));
  }

  #endWith(end: (reader: LiveReader) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { subscription, left } = this.options;
    left.removeEventListener('abort', this.#leave);
    this.#unsubscribed = subscription.unsubscribe().catch(() => undefined);
    for (const reader of this.#readers) end(reader);
    this.#readers.clear();
    this.#first = undefined;
  }
}
