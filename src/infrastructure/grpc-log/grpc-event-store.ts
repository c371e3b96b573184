import { setMaxListeners } from 'node:events';
import { isOwnStream, OWN_PREFIXES } from '../../application/aggregates/own-events.js';
import { backOffMs, pause, pauseAfterDrop } from '../../application/concurrency/back-off.js';
import {
  checkedAppend,
  checkedSizeOf,
  checkMaxCount,
  checkStreamRead,
} from '../../application/ports/checked-append.js';
import {
  type AppendResult,
  EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type Upcast,
} from '../../application/ports/event-store.js';
import { shareOf } from '../../application/ports/share-of.js';
import { MAX_SERVER_APPEND_BYTES } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { redactUrl } from '../logging/redact-url.js';
import { Appender } from './appender.js';
import { batchesOf, Dropped } from './batches.js';
import { type Passed, versionAdvice, versionOf } from './checkpoints.js';
import { Connection } from './connection.js';
import { atNode } from './endpoint.js';
import { failureOf, isMissing, isPassing, isSilence, isTooLarge, limitIn, refusalOf } from './failures.js';
import type { Received } from './live-end.js';
import {
  type Connect,
  type ExpectedState,
  type LogClient,
  type LogPosition,
  type LogRange,
  type LogRead,
  PAGE,
  type ResolvedEvent,
  type StreamRange,
} from './log-client.js';
import { LogFollower } from './log-follower.js';
import { logPositionOf, positionOf } from './position.js';
import { storedEventOf } from './stored-event.js';

/** The first and the longest wait before what passes is tried again, in milliseconds. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/**
 * How long the first answer about one stream is waited for, in milliseconds. Each further try may take twice as long: a node that
 * stands still is left soon, and one that is slow is heard. What is appended has ids, so it is stored once.
 */
const FIRST_ANSWER_MS = 3_000;

interface Reading {
  /** Default: until the store closes. */
  readonly signal?: AbortSignal;
  /** Whether it is of one stream: the server finds that at once. Default: false. */
  readonly isOfOneStream?: boolean;
}

interface Tries {
  readonly isFirst: boolean;
  /** How long an answer to this try is waited for, in milliseconds. */
  answerMs(): number;
  /** Waits, and resolves to whether there is time for another try. */
  again(): Promise<boolean>;
}

export interface GrpcEventStoreOptions {
  /** `esdb://user:password@host:2113?tls=true` or `kurrentdb://…`, with the password percent-encoded. */
  readonly url: string;
  /** Applied to every event that is read. Default: none. */
  readonly upcast?: Upcast;
  /**
   * Whether a stream belongs to Herald; events in other streams are skipped. Default: the streams of its aggregates, and the server
   * does not even send those of others.
   */
  readonly isOwnStream?: (stream: string) => boolean;
  /** The deadline for an answer, in milliseconds: the client itself may wait for ever. Default: 10,000. */
  readonly deadline?: number;
  /**
   * How long what passes is tried again, in milliseconds: an append or read that an election turned away. Default: 10,000, which
   * is longer than elections take.
   */
  readonly patience?: number;
  /** The longest delay before a dropped subscription restarts, in milliseconds. Default: 5,000. */
  readonly longestWait?: number;
}

/**
 * The log in EventStoreDB or KurrentDB, on one node or a cluster, by either client. Events of others on the same server are skipped.
 * Besides the errors of the port, every operation throws HeraldError `event-store-unavailable` when the server does not answer in
 * time, and `event-store-closed` after `close`. docs/decisions/0009-eventstoredb.md describes the surprises of servers and clients,
 * and the lines here that exist because of them.
 */
export class GrpcEventStore extends EventStore {
  readonly #connect: () => Connection;
  #connection: Connection;
  readonly #appender: Appender;
  readonly #server: string;
  readonly #upcast: Upcast;
  readonly #isOwnStream: (stream: string) => boolean;
  readonly #deadline: number;
  readonly #patience: number;
  readonly #longestWait: number | undefined;
  readonly #closed = new AbortController();
  /** Herald's last event, as far as was read or appended here. */
  #last: Position | undefined;
  /** Once it has caught up, `#last` is the head. */
  readonly #follower = new LogFollower({
    readFrom: (from, signal) => this.#readAll(from === undefined ? {} : { from }, signal),
    connection: () => this.#opened(),
    accept: (item) => this.#received(item),
  });
  #maxAppendBytes = MAX_SERVER_APPEND_BYTES;

  /** @throws HeraldError `invalid-configuration` for an invalid connection string. */
  constructor(options: GrpcEventStoreOptions, connect: Connect) {
    super();
    this.#server = redactUrl(options.url);
    this.#upcast = options.upcast ?? ((event) => event);
    this.#isOwnStream = options.isOwnStream ?? isOwnStream;
    this.#deadline = options.deadline ?? 10_000;
    this.#patience = options.patience ?? 10_000;
    this.#longestWait = options.longestWait;
    const { url } = options;
    const prefixes = options.isOwnStream ? {} : { prefixes: OWN_PREFIXES };
    this.#connect = () => new Connection(connect({ url, ...prefixes }));
    this.#connection = this.#connect();
    this.#appender = new Appender(
      (leader) => connect({ url: leader ? atNode(url, leader) : url }),
      this.#deadline,
    );
    setMaxListeners(0, this.#closed.signal); // every active read listens
  }

  override async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const checked = checkedAppend(stream, events, expected, this.#maxAppendBytes);
    // Only with an explicit revision can the server be certain that it has stored these ids before.
    const isRepeatable = expected === 'no-stream' || typeof expected === 'number';
    const tries = this.#tries();
    for (;;) {
      const connection = this.#opened();
      const answerMs = isRepeatable ? tries.answerMs() : this.#deadline;
      const mayBeGivenUp = isRepeatable && tries.isFirst;
      try {
        const appending = this.#appender.append(stream, checked, stateOf(expected), {
          ...{ answerMs, mayBeGivenUp },
        });
        const { nextExpectedRevision, position } = await appending;
        const last = Number(nextExpectedRevision);
        const at = position ? positionOf(position) : await this.#positionAt(stream, last);
        this.#note(at);
        return { nextExpectedRevision: last, position: at };
      } catch (error) {
        if (isTooLarge(error)) this.#learnLimit(checkedSizeOf(checked), error);
        // Reads are with the leader as well, and a subscription cannot tell silence from having nothing to say.
        if (isSilence(error)) this.#leave(connection);
        if (!isRepeatable || !isPassing(error) || !(await tries.again()))
          throw refusalOf(error, stream, expected, this.#server);
      }
    }
  }

  override get maxAppendBytes(): number {
    return this.#maxAppendBytes;
  }

  /** What a server has refused is larger than its limit, which it may have named. */
  #learnLimit(refused: number, error: unknown): void {
    const named = limitIn(error) ?? refused;
    this.#maxAppendBytes = Math.min(this.#maxAppendBytes, named, refused - 1);
  }

  override async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<StoredEvent> {
    checkStreamRead(stream, options);
    const { direction = 'forwards', fromRevision, maxCount } = options;
    const forwards = direction === 'forwards';
    const first = fromRevision === undefined ? (forwards ? 'start' : 'end') : BigInt(fromRevision);
    const range: StreamRange = { direction, fromRevision: first, ...(maxCount ? { maxCount } : {}) };
    const read = (client: LogClient) => client.readStream(stream, range);
    for await (const batch of this.#read(read, { isOfOneStream: true })) yield* this.#events(batch);
  }

  override async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    yield* this.#readAll(options, this.#closed.signal);
  }

  async *#readAll(options: ReadAllOptions, signal: AbortSignal): AsyncGenerator<readonly StoredEvent[]> {
    checkMaxCount(options.maxCount);
    const { direction = 'forwards', from, maxCount = Number.POSITIVE_INFINITY } = options;
    const forwards = direction === 'forwards';
    let next: LogRange['fromPosition'] =
      from === undefined ? (forwards ? 'start' : 'end') : logPositionOf(from);
    let seen: LogPosition | undefined;
    // More than one read is needed if the page contained events of others, or if the client takes no larger one.
    for (let left = maxCount; left > 0; ) {
      const wanted = seen ? Math.max(left + 1, PAGE) : left;
      const count = Math.min(wanted, this.#opened().client.maxRead);
      const range: LogRange = { direction, fromPosition: next };
      const limited = Number.isFinite(count) ? { ...range, maxCount: count } : range;
      const read = (client: LogClient) => client.readAll(limited);
      let got = 0;
      for await (const batch of this.#read(read, { signal })) {
        got += batch.length;
        const before = seen;
        seen = batch.at(-1)?.event?.position ?? seen;
        const page = batch.filter(({ event }) => event?.position?.commit !== before?.commit);
        const events = this.#events(page).slice(0, left);
        if (events.length > 0) yield events;
        left -= events.length;
      }
      if (got < count || !seen || signal.aborted) return;
      next = seen;
    }
  }

  override async *subscribeToAll({
    after,
    signal,
    maxBatch = PAGE,
  }: SubscribeOptions): AsyncGenerator<readonly StoredEvent[]> {
    this.#opened();
    const ending = AbortSignal.any([signal, this.#closed.signal]);
    let position = after;
    for (let drops = 0; !ending.aborted; drops += 1) {
      try {
        for await (const taken of this.#follower.follow(position, maxBatch, ending)) {
          position = taken.position;
          if (taken.events.length === 0) continue;
          drops = 0;
          yield taken.events;
        }
      } catch (error) {
        if (ending.aborted) return;
        const { cause = error } = error as Error;
        if (!isPassing(cause)) throw await this.#failure(cause);
      }
      // Neither an error nor an end from the server is the end of the log: resume behind what was taken last.
      if (!ending.aborted) await pauseAfterDrop(drops, ending, this.#longestWait);
    }
  }

  /** Asks the server only while no subscription follows the log. */
  override async head(): Promise<Position | undefined> {
    this.#requireOpen();
    if (!this.#follower.isCaughtUp) this.#note(await this.#lastOnServer());
    return this.#last;
  }

  #received(item: ResolvedEvent | Passed): Received | undefined {
    if ('passed' in item) return { position: positionOf(item.passed), event: undefined };
    const event = this.#own(item);
    return event && { position: event.position, event };
  }

  #note(position: Position | undefined): void {
    if (position !== undefined && position > (this.#last ?? '')) this.#last = position;
  }

  /** Where Herald's last event on the server is; undefined if there is none. */
  async #lastOnServer(): Promise<Position | undefined> {
    for await (const batch of this.readAll({ direction: 'backwards', maxCount: 1 }))
      return batch[0]?.position;
    return undefined;
  }

  /** Positions count bytes, of all applications on the server. */
  override async count(upTo: Position): Promise<undefined> {
    logPositionOf(upTo);
  }

  override share(position: Position, head: Position): number {
    return shareOf(logPositionOf(position).commit, logPositionOf(head).commit);
  }

  override async advice(): Promise<string | undefined> {
    return versionAdvice(await versionOf(this.#opened().client));
  }

  /** The server finds events only by their place in a stream or in the log. */
  override readonly findsInbound = false;

  override async findInbound(): Promise<never> {
    throw new Error('EventStoreDB and KurrentDB cannot find events by content.');
  }

  /** Ends the subscriptions and closes the connection, which would keep the process alive. Idempotent. */
  override async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await Promise.all([this.#connection.client.dispose(), this.#appender.close()]);
  }

  async #positionAt(stream: string, revision: number): Promise<Position> {
    for await (const { position } of this.readStream(stream, { fromRevision: revision, maxCount: 1 }))
      return position;
    throw failureOf(new Error('an append has no position'), this.#server);
  }

  /** The events of a read in batches; none if the stream does not exist. A read that has not begun is retried. */
  async *#read(
    open: (client: LogClient) => LogRead,
    { signal = this.#closed.signal, isOfOneStream = false }: Reading = {},
  ): AsyncGenerator<ResolvedEvent[]> {
    let hasBegun = false;
    const tries = this.#tries();
    for (;;) {
      const connection = this.#opened();
      const read = connection.read(open);
      const patience = this.#deadline;
      const firstPatience = isOfOneStream ? tries.answerMs() : patience;
      const batches = batchesOf<ResolvedEvent>(read, { most: PAGE, signal, patience, firstPatience });
      try {
        for await (const batch of batches) {
          hasBegun = true;
          yield batch;
        }
        this.#opened();
        return;
      } catch (error) {
        if (!(error instanceof Dropped)) throw error;
        if (isMissing(error.cause)) return;
        if (isSilence(error.cause)) this.#leave(connection);
        if (hasBegun || !isPassing(error.cause) || !(await tries.again()))
          throw await this.#failure(error.cause);
      } finally {
        // A server drops the connection of a client that resets many streams, and finished ones need no reset.
        if (!read.readableEnded) await read.cancel().catch(() => undefined);
        connection.end(read);
      }
    }
  }

  /** The tries at what passes, until the patience is at its end. */
  #tries(): Tries {
    const { signal } = this.#closed;
    const end = performance.now() + this.#patience;
    let again = 0;
    return {
      get isFirst() {
        return again === 0;
      },
      answerMs: () => {
        const millis = Math.min(this.#deadline, FIRST_ANSWER_MS * 2 ** again);
        return again === 0 ? millis : Math.min(millis, Math.max(1, end - performance.now()));
      },
      again: async () => {
        const millis = backOffMs(again, FIRST_WAIT_MS, LONGEST_WAIT_MS);
        if (performance.now() + millis > end) return false;
        again += 1;
        await pause(millis, signal);
        return !signal.aborted;
      },
    };
  }

  /** Has the next call go over a new connection: the node of this one may stand still. */
  #leave(connection: Connection): void {
    const { isReplaceable } = connection.client;
    if (!isReplaceable || connection !== this.#connection || this.#closed.signal.aborted) return;
    this.#connection = this.#connect();
    connection.leave();
  }

  #events(batch: readonly ResolvedEvent[]): StoredEvent[] {
    return batch.flatMap((resolved) => this.#own(resolved) ?? []);
  }

  /** The event if it is Herald's. It is noted before a reader that is at work takes it: the head is not what was taken. */
  #own(resolved: ResolvedEvent): StoredEvent | undefined {
    const event = storedEventOf(resolved, this.#isOwnStream);
    this.#note(event?.position);
    return event && this.#upcast(event);
  }

  async #failure(error: unknown): Promise<HeraldError> {
    return failureOf(await this.#connection.client.explain(error), this.#server);
  }

  #opened(): Connection {
    this.#requireOpen();
    return this.#connection;
  }

  #requireOpen(): void {
    if (!this.#closed.signal.aborted) return;
    throw new HeraldError('event-store-closed', `The log ${this.#server} has been closed: open it again.`);
  }
}

const stateOf = (expected: ExpectedRevision): ExpectedState => {
  if (typeof expected === 'number') return BigInt(expected);
  return ({ 'no-stream': 'no_stream', any: 'any', 'stream-exists': 'stream_exists' } as const)[expected];
};
