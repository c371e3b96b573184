import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Decider, Fact, Instant } from '../../domain/fact.js';
import { Clock } from '../clock/clock.js';
import {
  EventStore,
  type EventToAppend,
  type JsonObject,
  type Position,
  type StoredEvent,
  WrongExpectedRevision,
} from '../event-store.js';
import { eventIdOf, idOf } from '../ids.js';
import { fold, streamOf } from '../streams.js';
import { KeyedQueue } from './keyed-queue.js';
import { Recent } from './recent.js';

/** On whose behalf a command is carried out. */
export interface CommandContext {
  /** The same id, the same command: it is carried out once. Default: follows from the aggregate as it is. */
  readonly commandId?: string;
  readonly actor: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** The CloudEvent that asked for it. */
  readonly source?: string;
  readonly sourceId?: string;
}

export interface Request<Command> {
  readonly command: Command;
  readonly context: CommandContext;
}

/** What became of a command: recorded, seen before, or there was nothing to record. */
export type Outcome = 'recorded' | 'duplicate' | 'nothing';

/** An event that this instance has appended. */
export type AppendedEvent = EventToAppend & { readonly stream: string };

/** Up to where history is read: events recorded until a moment, or those before a position. */
export interface Until {
  readonly recordedAt?: Instant;
  readonly before?: Position;
}

interface Loaded<S> {
  readonly state: S;
  /** -1 without a stream. */
  readonly revision: number;
  readonly commandIds: ReadonlySet<string>;
}

/** Aggregates in memory. What is not here is folded from its stream again. */
const CAPACITY = 10_000;

/** So many events fit in one append, also with the longest texts that the platform may send. */
const LARGEST_APPEND = 100;

/** Instances that decide about the same aggregate at the same time try again; each time one of them is done. */
const MOST_RETRIES = 50;

/** Loads aggregates from their streams, carries out commands on them, and appends what follows. */
@Injectable()
export class Aggregates {
  readonly #recent = new Recent<Loaded<unknown>>(CAPACITY);
  readonly #queue = new KeyedQueue();
  readonly #appended = new Subject<readonly AppendedEvent[]>();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** What this instance has appended, each append once, when it is durable: for metrics and logs. */
  get appended() {
    return this.#appended.asObservable();
  }

  /** The aggregate as it is now. */
  async load<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<S> {
    return (await this.#loaded(decider, streamOf(decider.category, id))).state;
  }

  /** The aggregate as it was, from the history up to a moment or a position. */
  async loadUntil<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string, until: Until): Promise<S> {
    let state = decider.initialState;
    for await (const event of this.store.readStream(streamOf(decider.category, id))) {
      if (until.before !== undefined && event.position >= until.before) break;
      if (until.recordedAt !== undefined && event.metadata.recordedAt > until.recordedAt) break;
      state = fold(decider, state, event);
    }
    return state;
  }

  /**
   * Carries out commands on one aggregate, in order, in as few appends as possible.
   * @returns an outcome for each.
   * @throws HeraldError what a decider refuses; nothing of these commands was recorded then, or only earlier ones of a
   * list that is longer than one append. The same list may be sent again.
   */
  async execute<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    id: string,
    requests: readonly Request<C>[],
  ): Promise<readonly Outcome[]> {
    const stream = streamOf(decider.category, id);
    return this.#queue.run(stream, async () => {
      const outcomes: Outcome[] = [];
      for (let next = 0; next < requests.length; next += LARGEST_APPEND)
        outcomes.push(
          ...(await this.#executeSome(decider, stream, requests.slice(next, next + LARGEST_APPEND))),
        );
      return outcomes;
    });
  }

  async #executeSome<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    stream: string,
    requests: readonly Request<C>[],
  ): Promise<readonly Outcome[]> {
    for (let retries = 0; ; retries += 1) {
      const loaded = await this.#loaded(decider, stream);
      const { outcomes, events } = this.#decide(decider, stream, loaded, requests);
      if (events.length === 0) return outcomes;
      try {
        await this.store.append(stream, events, loaded.revision < 0 ? 'no-stream' : loaded.revision);
        this.#appended.next(events.map((event) => ({ ...event, stream })));
        return outcomes;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || retries >= MOST_RETRIES) throw error;
      }
    }
  }

  #decide<S, C, E extends Fact>(
    decider: Decider<S, C, E>,
    stream: string,
    loaded: Loaded<S>,
    requests: readonly Request<C>[],
  ): { readonly outcomes: readonly Outcome[]; readonly events: readonly EventToAppend[] } {
    const recordedAt = this.clock.now();
    const seen = new Set<string>();
    const events: EventToAppend[] = [];
    let { state } = loaded;
    const outcomes = requests.map(({ command, context }, index): Outcome => {
      const commandId = context.commandId ?? idOf('command', stream, loaded.revision, index);
      if (loaded.commandIds.has(commandId) || seen.has(commandId)) return 'duplicate';
      const facts = decider.decide(command, state);
      for (const [n, fact] of facts.entries()) {
        const event = toAppend(fact, eventIdOf(stream, commandId, n), { ...context, commandId }, recordedAt);
        events.push(event);
        // The position is the log's to give; no decision asks for that of an event in the same append.
        state = decider.evolve(state, { ...fact, recordedAt, eventId: event.id, position: '' });
      }
      if (facts.length === 0) return 'nothing';
      seen.add(commandId);
      return 'recorded';
    });
    return { outcomes, events };
  }

  /** From memory, brought up to date by what was appended since, by whomever. */
  async #loaded<S, C, E extends Fact>(decider: Decider<S, C, E>, stream: string): Promise<Loaded<S>> {
    const known = this.#recent.get(stream) as Loaded<S> | undefined;
    let { state, revision } = known ?? { state: decider.initialState, revision: -1 };
    const news: StoredEvent[] = [];
    for await (const event of this.store.readStream(stream, { fromRevision: revision + 1 })) news.push(event);
    if (known && news.length === 0) return known;
    const commandIds = new Set(known?.commandIds);
    for (const event of news) {
      state = fold(decider, state, event);
      revision = event.revision;
      commandIds.add(event.metadata.commandId);
    }
    const loaded = { state, revision, commandIds };
    this.#recent.set(stream, loaded);
    return loaded;
  }
}

const toAppend = (
  { type, data, occurredAt }: Fact,
  id: string,
  context: CommandContext & { readonly commandId: string },
  recordedAt: Instant,
): EventToAppend => ({
  id,
  type,
  data: data as JsonObject,
  metadata: {
    $correlationId: context.correlationId ?? context.commandId,
    $causationId: context.causationId ?? context.commandId,
    actor: context.actor,
    commandId: context.commandId,
    occurredAt,
    recordedAt,
    schemaVersion: 1,
    ...(context.source === undefined ? {} : { source: context.source }),
    ...(context.sourceId === undefined ? {} : { sourceId: context.sourceId }),
  },
});
