import { MAX_APPEND_BYTES } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** A place in the log of all events. Opaque outside its adapter; positions compare as text. */
export type Position = string;

export interface EventMetadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  /** Who caused the event: `platform`, `clock`, `delivery`, or a person's name. */
  readonly actor: string;
  /** The command that caused the event; a repeated command is recognised by it. */
  readonly commandId: string;
  readonly occurredAt: Instant;
  /** When Herald recorded it, by Herald's clock (which a test may move). */
  readonly recordedAt: Instant;
  readonly schemaVersion: number;
  /** The kind of clock of `recordedAt`; absent in events of older versions of Herald. */
  readonly clock?: 'system' | 'test';
  /** The schema mark of Herald's own events, `herald/1`; absent in older events. */
  readonly schema?: string;
  /** The source of the CloudEvent, if one caused it. */
  readonly source?: string;
  readonly sourceId?: string;
  /** The digest of the CloudEvent's content; absent in older events. */
  readonly sourceDigest?: string;
  /** What the platform sent for texts that Herald has cleaned or converted, by the path of the field, e.g. `sender.address`. */
  readonly asSent?: Readonly<Record<string, string>>;
  /** The instance that does what the event says has begun; absent in other events, and in older ones. */
  readonly instance?: string;
}

export type JsonObject = Record<string, unknown>;

export interface EventToAppend {
  /** A UUID in any case; it reads back in lower case. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  /** Data and metadata as JSON, where the writer has made that already; it is what is stored then. */
  readonly json?: EventJson;
}

/** An event's data and metadata as JSON text. */
export interface EventJson {
  readonly data: string;
  readonly metadata: string;
}

export interface StoredEvent extends EventToAppend {
  readonly stream: string;
  /** The index in its stream, from 0. */
  readonly revision: number;
  readonly position: Position;
}

/** The writer's expectation: no stream yet, any, an existing one, or exactly this last revision. */
export type ExpectedRevision = 'no-stream' | 'any' | 'stream-exists' | number;

export interface AppendResult {
  /** The revision of the last event of this append. */
  readonly nextExpectedRevision: number;
  readonly position: Position;
  /** The position of each event, in order; absent where the log tells only that of the last. */
  readonly positions?: readonly Position[];
  /** Nothing was stored, because everything was there already. Not every log tells. */
  readonly isRepeated?: true;
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive. Default: the first event when reading forwards, the last backwards. */
  readonly fromRevision?: number;
  /** At least 1. */
  readonly maxCount?: number;
}

export interface ReadAllOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive forwards, exclusive backwards, as in EventStoreDB. Default: the start, or the end. */
  readonly from?: Position;
  /** At least 1. */
  readonly maxCount?: number;
}

export interface SubscribeOptions {
  /** Exclusive. Default: the start of the log. */
  readonly after?: Position;
  /** Ends the subscription: the iteration returns. */
  readonly signal: AbortSignal;
  /** The maximum number of events in a batch, at least 1. Default: what suits the log. */
  readonly maxBatch?: number;
  /** A hint: events of other stored types may be omitted, except the last of a batch. Default: all types. */
  readonly types?: readonly string[];
}

/** One CloudEvent in the log, on one stream. */
export interface InboundRecord {
  /** The id of its command, derived from its source and id. */
  readonly commandId: string;
  readonly stream: string;
  /** The digest of its content; absent in older events. */
  readonly digest?: string;
}

/** Converts an event of an old schema version to the current one; the log itself is never rewritten. */
export type Upcast = (event: StoredEvent) => StoredEvent;

/**
 * The log. Its semantics are those of EventStoreDB: an append is atomic; a retry with the same ids at the same expected
 * revision succeeds and stores nothing again; a wrong expectation is refused and stores nothing.
 */
export abstract class EventStore {
  /**
   * Appends one or more events to a stream, all or none, durable when it resolves.
   * @throws WrongExpectedRevision when the stream is not at the expected revision.
   * @throws HeraldError `invalid-event-id`, `invalid-event-type`, `invalid-stream-name`, `invalid-event-data`, `empty-append`,
   * `append-too-large` (more than `maxAppendBytes` in all) before anything is stored.
   */
  abstract append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult>;

  /** The limit of one append, in bytes, as far as it is known: that of a server is learned when the server refuses an append. */
  get maxAppendBytes(): number {
    return MAX_APPEND_BYTES;
  }

  /** The events of a stream, in order; none for a stream that does not exist. */
  abstract readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;

  /** All events of all streams in the order of the log, in batches. */
  abstract readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;

  /** All events after a position, then new ones as they are appended, in batches, until the signal aborts. */
  abstract subscribeToAll(options: SubscribeOptions): AsyncIterable<readonly StoredEvent[]>;

  /** The position of the last event, or undefined for an empty log. */
  abstract head(): Promise<Position | undefined>;

  /**
   * The number of events up to and including a position; undefined where the log cannot count without reading them.
   * @throws HeraldError `invalid-position` for text that is no position of this kind of log.
   */
  abstract count(upTo: Position): Promise<number | undefined>;

  /**
   * How much of the log up to `head` is up to a position, from 0 to 1: exact where positions number the events, by length where they
   * count bytes. 1 only at the head or beyond.
   * @throws HeraldError `invalid-position`.
   */
  abstract share(position: Position, head: Position): number;

  /** Whether this log can look up CloudEvents with `findInbound`. */
  abstract readonly findsInbound: boolean;

  /** The CloudEvents of these commands that are in the log, in any order; only if `findsInbound`. */
  abstract findInbound(commandIds: readonly string[]): Promise<readonly InboundRecord[]>;

  /** What an operator should do about the server of the log, although it works; undefined if nothing. */
  async advice(): Promise<string | undefined> {
    return undefined;
  }

  /** Releases files and connections. */
  abstract close(): Promise<void>;
}

/** The stream was not at the expected revision. Load it again and decide again. */
export class WrongExpectedRevision extends HeraldError {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: number | 'no-stream',
  ) {
    super(
      'wrong-expected-revision',
      `Stream ${stream} is at ${actual}, not at ${expected}: load it again and decide again.`,
    );
  }
}
