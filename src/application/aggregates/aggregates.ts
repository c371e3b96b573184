import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import {
  MAX_APPEND_RETRIES,
  MAX_EVENTS_PER_APPEND,
  MAX_EVENTS_WITHOUT_SNAPSHOT,
} from '../../domain/bounds.js';
import type { Decider, Fact, Instant } from '../../domain/kernel/event.js';
import { type HeraldError, hasCode } from '../../domain/kernel/herald-error.js';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { SharedRuns } from '../concurrency/shared-runs.js';
import { Clock } from '../ports/clock.js';
import {
  type AppendResult,
  EventStore,
  type EventToAppend,
  type Position,
  type StoredEvent,
  WrongExpectedRevision,
} from '../ports/event-store.js';
import { decideRequests } from './decide-requests.js';
import { KnownAggregates } from './known-aggregates.js';
import { type Loaded, nothingLoaded, withEvents } from './loaded.js';
import { type NewEvent, type Recorded, storedAs } from './new-events.js';
import type { Outcome, Request, Result } from './requests.js';
import { NO_SNAPSHOTS, Snapshots } from './snapshots.js';
import { fold, streamOf } from './streams.js';

/** How long what is in memory may be used without a read, in milliseconds. */
const MAX_UNREAD_MS = 100;

/** The same for what a decision is made on: about as long as a read from a server takes. */
export const MAX_UNREAD_BY_DECISIONS_MS = 20;

/** How many events are read before a snapshot is asked for: most streams have fewer. */
const FIRST_EVENTS = 100;

/** An event that this instance has appended. */
export type AppendedEvent = EventToAppend & {
  readonly stream: string;
  /** Where it is in the log, if that told; otherwise that of the last event that was appended with it. */
  readonly position: Position;
};

/** Up to where history is read: events recorded until a moment, those before a position, or those up to a revision of their stream. */
export interface Until {
  readonly recordedAt?: Instant;
  readonly before?: Position;
  readonly revision?: number;
}

/** The state of an aggregate, and which of its events is the last one that is folded into it; -1 if there is none. */
export type StateAt<S> = Pick<Loaded<S>, 'state' | 'revision'>;

/** Loads aggregates from their streams, executes commands on them and appends the resulting events. */
@Injectable()
export class Aggregates {
  readonly #known = new KnownAggregates();
  /** Streams that are being appended to: the log may have more than the memory already. */
  readonly #appending = new Set<string>();
  readonly #queue = new KeyedMutex();
  readonly #reads = new SharedRuns();
  readonly #appended = new Subject<readonly AppendedEvent[]>();
  readonly #appendFailed = new Subject<unknown>();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly snapshots: Snapshots = NO_SNAPSHOTS,
  ) {}

  /** Each append of this instance, once, when it is durable. One whose answer was lost may be missing. */
  get appended() {
    return this.#appended.asObservable();
  }

  /** Errors of appends that the store refused although the expected revision was right. */
  get appendFailed() {
    return this.#appendFailed.asObservable();
  }

  /** The aggregate in its current state. */
  async load<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<S> {
    return (await this.loadAt(decider, id)).state;
  }

  /** As {@link load}, and which of its events is the last one. */
  loadAt<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<StateAt<S>> {
    return this.#loaded(decider, streamOf(decider.category, id));
  }

  /**
   * The aggregate in its current state as far as this instance knows it; what another instance has appended may be missing for
   * MAX_UNREAD_MS. Cheaper than `load` where the same aggregate is asked for again and again.
   */
  recent<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<StateAt<S>> {
    return this.#notOlder(decider, id, MAX_UNREAD_MS);
  }

  /** As {@link recent}, for decisions: what another instance has appended may be missing for MAX_UNREAD_BY_DECISIONS_MS. */
  current<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<StateAt<S>> {
    return this.#notOlder(decider, id, MAX_UNREAD_BY_DECISIONS_MS);
  }

  /**
   * The aggregate as it is in memory, however old; it is read where it is not there. For those whose next append proves whether it
   * was current.
   */
  async known<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<StateAt<S>> {
    const stream = streamOf(decider.category, id);
    return this.#known.usable(decider, stream) ?? (await this.#loaded(decider, stream));
  }

  async #notOlder<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    millis: number,
  ): Promise<StateAt<S>> {
    const stream = streamOf(decider.category, id);
    const known = this.#known.usable(decider, stream);
    if (known && this.#known.isFresh(stream, millis) && !this.#appending.has(stream)) return known;
    return this.#loaded(decider, stream);
  }

  /** Clears the cache: the log is not the one that it was loaded from. */
  forget(): void {
    this.#known.clear();
  }

  /** The aggregate in a past state, from the history up to a moment or a position. */
  async loadUntil<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    until: Until,
  ): Promise<StateAt<S>> {
    let { state, revision } = nothingLoaded(decider);
    for await (const event of this.store.readStream(streamOf(decider.category, id))) {
      if (until.before !== undefined && event.position >= until.before) break;
      if (until.revision !== undefined && event.revision > until.revision) break;
      if (until.recordedAt !== undefined && event.metadata.recordedAt > until.recordedAt) break;
      state = fold(decider, state, event);
      revision = event.revision;
    }
    return { state, revision };
  }

  /**
   * Executes commands on one aggregate, in order, in as few appends as possible.
   * @returns an outcome for each.
   * @throws HeraldError what a decider refuses, and `append-too-large`; then none of these commands was recorded, or only the
   * first ones of a list that is longer than one append. The same list may be retried.
   */
  async execute<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    requests: readonly Request<C>[],
  ): Promise<readonly Outcome[]> {
    return this.#execute(decider, id, requests, thrown);
  }

  /** As {@link execute}, for an aggregate that most likely does not exist yet: if so, nothing is read. */
  async create<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    requests: readonly Request<C>[],
  ): Promise<readonly Outcome[]> {
    return this.#execute(decider, id, requests, thrown, nothingLoaded(decider));
  }

  /**
   * Executes commands on one aggregate, in order and independently: a refused one does not affect the others.
   * @returns a result for each: an outcome, or the HeraldError that refused it. A stream that somebody has deleted for good refuses
   * all, and only them: it stays deleted.
   * @param isNew whether the aggregate most likely does not exist yet, see {@link create}.
   */
  async executeEach<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    requests: readonly Request<C>[],
    isNew = false,
  ): Promise<readonly Result[]> {
    const assumed = isNew ? nothingLoaded(decider) : undefined;
    try {
      return await this.#execute(decider, id, requests, (error) => error, assumed);
    } catch (error) {
      if (!hasCode(error, 'stream-deleted')) throw error;
      return requests.map(() => error);
    }
  }

  async #execute<S, C, E extends Fact, R>(
    decider: Decider<S, C, E>,
    id: string,
    requests: readonly Request<C>[],
    refused: (error: HeraldError) => R,
    assumed?: Loaded<S>,
  ): Promise<readonly (Outcome | R)[]> {
    const stream = streamOf(decider.category, id);
    return this.#queue.run(stream, async () => {
      const results: (Outcome | R)[] = [];
      while (results.length < requests.length) {
        const next = requests.slice(results.length, results.length + MAX_EVENTS_PER_APPEND);
        results.push(...(await this.#executeSome(decider, stream, next, refused, assumed)));
      }
      return results;
    });
  }

  /** Executes as many commands, from the first on, as fit in one append. */
  async #executeSome<S, C, E extends Fact, R>(
    decider: Decider<S, C, E>,
    stream: string,
    requests: readonly Request<C>[],
    refused: (error: HeraldError) => R,
    assumed?: Loaded<S>,
  ): Promise<readonly (Outcome | R)[]> {
    // The cached or assumed state may be stale. It is used without a read: an append that the log stores proves that it was
    // current.
    const isInMemory = this.#known.get(decider, stream) !== undefined;
    const unread = isInMemory ? this.#known.usable(decider, stream) : assumed;
    let isRead = unread === undefined;
    let loaded = unread ?? (await this.#loaded(decider, stream));
    let last = -1;
    for (let retries = 0; ; ) {
      const { results, events } = decideRequests(decider, stream, loaded, requests, refused, {
        recorded: this.#recordedBy(decider),
        maxBytes: this.store.maxAppendBytes,
      });
      if (events.length > 0)
        try {
          const { isRepeated, position, positions } = await this.#append(decider, stream, loaded, events);
          // A duplicate proves nothing: another instance has done the same, and the stream may have grown since.
          if (!isRepeated || isRead) {
            const at = (n: number) => positions?.[n] ?? position;
            this.#appended.next(events.map((event, n) => ({ ...event, stream, position: at(n) })));
            return results;
          }
        } catch (error) {
          // A log that refuses an append has said how much it takes: what is larger is refused or divided next time.
          const isDecidedAnew = error instanceof WrongExpectedRevision || hasCode(error, 'append-too-large');
          if (!isDecidedAnew) {
            // It may be on record all the same, with other times than a repetition would have: it is read before the next command.
            this.#known.delete(decider, stream);
            this.#appendFailed.next(error);
          }
          if (!isDecidedAnew || retries >= MAX_APPEND_RETRIES) throw error;
          if (error instanceof WrongExpectedRevision && error.actual !== 'no-stream') last = error.actual;
          retries += 1;
        }
      else if (isRead) return results;
      loaded = await this.#loaded(decider, stream);
      // Somebody has deleted the stream: what is in memory is not there, and never catches up with it.
      if (loaded.revision < last) {
        this.#known.delete(decider, stream);
        loaded = await this.#loaded(decider, stream);
      }
      isRead = true;
    }
  }

  /** Appends to the stream at the loaded revision, and caches the new state. */
  async #append<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    stream: string,
    loaded: Loaded<S>,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    this.#appending.add(stream);
    try {
      const begunAt = performance.now();
      const expected = loaded.revision < 0 ? 'no-stream' : loaded.revision;
      const appended = await this.store.append(stream, events, expected);
      if (appended.isRepeated) this.#known.noteUncertain(stream);
      else await this.#remember(decider, stream, loaded, events, appended, begunAt);
      return appended;
    } finally {
      this.#appending.delete(stream);
    }
  }

  /** Caches the state after events that were just appended. */
  async #remember<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    stream: string,
    loaded: Loaded<S>,
    events: readonly NewEvent[],
    { position, positions }: AppendResult,
    begunAt: number,
  ): Promise<void> {
    // Of several events some logs tell the position of the last one only.
    const areKnown = positions !== undefined || events.length === 1 || !decider.keepsPositions;
    if (!areKnown) {
      this.#known.set(decider, stream, { ...loaded, isBehind: true });
      return;
    }
    const stored = events.map((event, n) =>
      storedAs(event, stream, loaded.revision + 1 + n, positions?.[n] ?? position),
    );
    this.#keep(decider, stream, await withEvents(decider, loaded, stored));
    this.#known.noteRead(decider, stream, begunAt);
  }

  #recordedBy({ schemaVersion = 1 }: { readonly schemaVersion?: number }): Recorded {
    return { recordedAt: this.clock.now(), clock: this.clock.kind, schemaVersion };
  }

  /** The cached aggregate, brought up to date with what any instance has appended since. Those who ask at the same time share a read. */
  #loaded<S, C, E extends Fact>(decider: Decider<S, C, E>, stream: string): Promise<Loaded<S>> {
    return this.#reads.run(stream, () => this.#read(decider, stream));
  }

  async #read<S, C, E extends Fact>(decider: Decider<S, C, E>, stream: string): Promise<Loaded<S>> {
    const known = this.#known.get(decider, stream);
    const readAt = performance.now();
    const loaded = known
      ? await withEvents(decider, known, this.#eventsAfter(stream, known.revision))
      : await this.#cold(decider, stream);
    // What was appended here meanwhile is not forgotten again.
    const newer = this.#known.get(decider, stream);
    if (newer && newer !== known && newer.revision >= loaded.revision) return newer;
    this.#known.noteRead(decider, stream, readAt);
    return loaded === known ? known : this.#keep(decider, stream, loaded);
  }

  /** Caches an aggregate, and takes a snapshot if one is due. */
  #keep<S, C, E extends Fact>(decider: Decider<S, C, E>, stream: string, loaded: Loaded<S>): Loaded<S> {
    const isDue = loaded.revision - loaded.snapshotAt >= MAX_EVENTS_WITHOUT_SNAPSHOT;
    const hasSnapshot = isDue && decider.snapshotVersion !== undefined;
    if (hasSnapshot) this.snapshots.keep(decider, stream, loaded);
    const kept = hasSnapshot ? { ...loaded, snapshotAt: loaded.revision } : loaded;
    this.#known.set(decider, stream, kept);
    return kept;
  }

  /** Most streams are short: their end is reached before a snapshot is needed. */
  async #cold<S, C, E extends Fact>(decider: Decider<S, C, E>, stream: string): Promise<Loaded<S>> {
    const first = { maxCount: FIRST_EVENTS };
    const begun = await withEvents(decider, nothingLoaded(decider), this.store.readStream(stream, first));
    if (begun.revision + 1 < FIRST_EVENTS) return begun;
    const snapshot = await this.#snapshot(decider, stream);
    const from = snapshot && snapshot.revision > begun.revision ? snapshot : begun;
    return withEvents(decider, from, this.#eventsAfter(stream, from.revision));
  }

  /** The last snapshot if it belongs to this log: a log restored from a backup may be shorter, or have diverged. */
  async #snapshot<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    stream: string,
  ): Promise<Loaded<S> | undefined> {
    if (decider.snapshotVersion === undefined) return undefined;
    const snapshot = await this.snapshots.find(decider, stream);
    if (!snapshot) return undefined;
    const { revision, eventId } = snapshot;
    for await (const event of this.store.readStream(stream, { fromRevision: revision, maxCount: 1 }))
      if (event.revision === revision && event.id === eventId) return snapshot;
    this.snapshots.discard(stream, snapshot);
    return undefined;
  }

  #eventsAfter(stream: string, revision: number): AsyncIterable<StoredEvent> {
    return this.store.readStream(stream, { fromRevision: revision + 1 });
  }
}

const thrown = (error: HeraldError): never => {
  throw error;
};
