import type { Readable } from 'node:stream';

/** A place in the log of the server. */
export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export type LogDirection = 'forwards' | 'backwards';

/** An event as clients return it. */
export interface LogEvent {
  readonly id: string;
  readonly type: string;
  readonly streamId: string;
  readonly revision: bigint;
  readonly isJson: boolean;
  readonly data?: unknown;
  readonly metadata?: unknown;
  readonly position?: LogPosition | undefined;
}

/** An event, and the link that led to it if there is one. */
export interface ResolvedEvent {
  readonly event?: LogEvent | undefined;
  readonly link?: Pick<LogEvent, 'metadata'> | undefined;
}

/** An event to append, checked before: its data and metadata are JSON texts of objects. */
export interface JsonEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

export type ExpectedState = bigint | 'no_stream' | 'any' | 'stream_exists';

export interface Appended {
  readonly nextExpectedRevision: bigint;
  readonly position?: LogPosition | undefined;
}

export interface StreamRange {
  readonly direction: LogDirection;
  /** Inclusive. */
  readonly fromRevision: bigint | 'start' | 'end';
  readonly maxCount?: number;
  /** Whether links are followed. */
  readonly resolveLinkTos?: boolean;
}

export interface LogRange {
  readonly direction: LogDirection;
  /** Inclusive forwards, exclusive backwards. */
  readonly fromPosition: LogPosition | 'start' | 'end';
  readonly maxCount?: number;
}

/** A read under way, of `ResolvedEvent`. */
export interface LogRead extends Readable {
  /** Gives up the rest of it. */
  cancel(): Promise<void>;
}

/**
 * A subscription to the whole log, of `ResolvedEvent`, and of `Passed` where the server can be trusted with it. It emits `caughtUp` when it follows the live end, and `fellBehind` when it no
 * longer does; an older server says neither.
 */
export interface LogSubscription extends Readable {
  unsubscribe(): Promise<void>;
}

/** What a consumer of a group receives, of `ResolvedEvent`. It emits `confirmation` when the server has let it in. */
export interface GroupSubscription extends Readable {
  ack(...events: readonly ResolvedEvent[]): Promise<void>;
  nack(action: 'park' | 'retry', reason: string, ...events: readonly ResolvedEvent[]): Promise<void>;
  unsubscribe(): Promise<void>;
}

/** Who may do what with a stream, besides what else is known of it. */
export interface StreamMetadata {
  readonly acl?: { readonly readRoles?: readonly string[] };
}

/**
 * What Herald needs of a client for servers of the EventStoreDB protocol. Errors are those of the client, which `failures.ts` knows by
 * their `type` and `code`: both clients use the same ones.
 */
export interface LogClient {
  /** The maximum number of events that one read of the whole log may ask for. */
  readonly maxRead: number;
  /** Whether reads may go over another client while some over this one have no answer. */
  readonly isReplaceable: boolean;
  /** @throws what the client throws. The client itself may wait for ever. */
  appendToStream(
    stream: string,
    events: readonly JsonEvent[],
    expected: ExpectedState,
    /** In milliseconds: what the server is told. */
    deadline: number,
  ): Promise<Appended>;
  readStream(stream: string, range: StreamRange): LogRead;
  /** Of Herald's streams alone, if the client was made for them. */
  readAll(range: LogRange): LogRead;
  /** Of Herald's streams alone, if the client was made for them. @param after exclusive. */
  subscribeToAll(after: LogPosition | 'start'): LogSubscription;
  /** @throws an error of type `persistent-subscription-exists` if there is one already. */
  createGroup(stream: string, group: string, maxRetryCount: number): Promise<void>;
  joinGroup(stream: string, group: string, bufferSize: number): GroupSubscription;
  replayParked(stream: string, group: string): Promise<void>;
  getStreamMetadata(stream: string): Promise<StreamMetadata>;
  setStreamMetadata(stream: string, metadata: StreamMetadata): Promise<void>;
  /** The version that the server tells; asked anew each time. */
  version(): Promise<string>;
  /** Makes a failure tell its reason, where the client hides it. */
  explain(error: unknown): Promise<unknown>;
  /** Has what still waits for its leader, or to know what the server can do, fail with this error. */
  abandon(error: Error): void;
  dispose(): Promise<void>;
}

export interface Connecting {
  /** The connection string. */
  readonly url: string;
  /** What holds the connection string, as errors name it. Default: HERALD_EVENT_STORE. */
  readonly setting?: string;
  /** Reads and subscriptions of the whole log give the events of streams with these prefixes alone. Default: of all. */
  readonly prefixes?: readonly string[];
}

/**
 * Makes a client; it connects when it is used.
 * @throws HeraldError `invalid-configuration` for a string that is none.
 */
export type Connect = (connecting: Connecting) => LogClient;

/** The maximum number of events in memory for one reader. */
export const PAGE = 500;

/** How many events of others the server passes over at a time. */
export const SEARCH_WINDOW = 5_000;
