import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** A place in the log of all events. Opaque to all but its adapter; two of them compare as text. */
export type Position = string;

export interface EventMetadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  /** Who caused the event: `platform`, `clock`, `delivery`, or a person's name. */
  readonly actor: string;
  /** The command that the event answers; the same command again is answered from the log. */
  readonly commandId: string;
  readonly occurredAt: Instant;
  /** When Herald recorded it, by Herald's clock (which a test may move). */
  readonly recordedAt: Instant;
  readonly schemaVersion: number;
  /** The kind of clock that `recordedAt` is of; absent in events of older versions of Herald. */
  readonly clock?: 'system' | 'test';
  /** The mark of Herald's own events, `herald/1`; those that were written before there was one lack it. */
  readonly schema?: string;
  /** The CloudEvent that told Herald, where one did. */
  readonly source?: string;
  readonly sourceId?: string;
  /** Tells the CloudEvent's content from any other; events that were written before there was one lack it. */
  readonly sourceDigest?: string;
}

export type JsonObject = Record<string, unknown>;

export interface EventToAppend {
  /** A UUID, in any case; it reads back in lower case. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

export interface StoredEvent extends EventToAppend {
  readonly stream: string;
  /** The place in its stream, from 0. */
  readonly revision: number;
  readonly position: Position;
}

/** What the writer believes of the stream: no stream yet, any, some, or exactly this last revision. */
export type ExpectedRevision = 'no-stream' | 'any' | 'stream-exists' | number;

export interface AppendResult {
  /** The revision of the last event of this append. */
  readonly nextExpectedRevision: number;
  readonly position: Position;
  /** Of each event, in order; only where `tellsPositions`, and left out where nothing was stored because all was there already. */
  readonly positions?: readonly Position[];
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive. Default: the first event forwards, the last backwards. */
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
  /** Exclusive. Default: from the start. */
  readonly after?: Position;
  /** Ends the subscription: the iteration returns. */
  readonly signal: AbortSignal;
  /** The most events in a batch, at least 1. Default: what suits the log. */
  readonly maxBatch?: number;
  /** Events of other types, as they were stored, may be left out, but for the last of a batch. Default: all are wanted. */
  readonly types?: readonly string[];
}

/** One CloudEvent that the log holds, on one stream. */
export interface InboundRecord {
  /** The command that stands for it: follows from its source and id. */
  readonly commandId: string;
  readonly stream: string;
  /** The digest of its content; missing for events from before there was one. */
  readonly digest?: string;
}

/** Brings an event of an old schema version to the present one; the log itself is never rewritten. */
export type Upcast = (event: StoredEvent) => StoredEvent;

/**
 * The log. Its semantics are those of EventStoreDB: an append is atomic; a retry with the same ids at the same
 * expected revision succeeds and stores nothing again; a wrong expectation is refused and stores nothing.
 */
export abstract class EventStore {
  /**
   * Appends one to many events to a stream, all or none, durable when it resolves.
   * @throws WrongExpectedRevision when the stream is not where the writer believes it to be.
   * @throws HeraldError `invalid-event-id`, `invalid-event-type`, `invalid-stream-name`, `invalid-event-data`,
   * `empty-append`, `append-too-large` (1 MiB in all) before anything is stored.
   */
  abstract append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult>;

  /** The events of a stream, in order; none for a stream that does not exist. */
  abstract readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;

  /** All events of all streams in the order of the log, in batches. */
  abstract readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;

  /** All events after a position, then those that come, in batches, until the signal aborts. */
  abstract subscribeToAll(options: SubscribeOptions): AsyncIterable<readonly StoredEvent[]>;

  /** The position of the last event, or undefined for an empty log. */
  abstract head(): Promise<Position | undefined>;

  /** How many events there are up to a position, which is included: for showing progress, so an estimate will do. */
  abstract count(upTo: Position): Promise<number>;

  /** Whether an append answers the `positions` of all its events. */
  abstract readonly tellsPositions: boolean;

  /** Whether this log can look CloudEvents up by itself, with `findInbound`. */
  abstract readonly findsInbound: boolean;

  /** The CloudEvents among these commands that the log holds, in any order; only where `findsInbound`. */
  abstract findInbound(commandIds: readonly string[]): Promise<readonly InboundRecord[]>;

  /** Releases files and connections. */
  abstract close(): Promise<void>;
}

/** The stream was not at the revision that the writer expected. Load it again and decide again. */
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
