import { Readable } from 'node:stream';
import {
  type BaseOptions,
  END,
  type EventData,
  excludeSystemEvents,
  type Filter,
  KurrentDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { ServerFeatures } from '@kurrent/kurrentdb-client/dist/Client/ServerFeatures.js';
import { passedAmongEvents } from '../grpc-log/checkpoints.js';
import { connected } from '../grpc-log/connection-problem.js';
import { within } from '../grpc-log/failures.js';
import { withRoomForAnswers } from '../grpc-log/flow-control.js';
import { JsonBytes } from '../grpc-log/json-bytes.js';
import {
  type Appended,
  type Connect,
  type ExpectedState,
  type GroupSubscription,
  type JsonEvent,
  type LogClient,
  type LogPosition,
  type LogRange,
  type LogRead,
  type LogSubscription,
  PAGE,
  type ResolvedEvent,
  SEARCH_WINDOW,
  type StreamMetadata,
  type StreamRange,
} from '../grpc-log/log-client.js';
import { readStreamOf } from './stream-reads.js';

/** How long the reason of a failure is looked for, in milliseconds. */
const EXPLAIN_MS = 1_000;

/** `@kurrent/kurrentdb-client`, for KurrentDB and for EventStoreDB. */
export const connectKurrentDb: Connect = ({ url, setting = 'HERALD_EVENT_STORE', prefixes }) =>
  new KurrentDbClient(
    // The client writes a warning about the old scheme to standard error.
    connected(url, setting, 'kurrentdb', () =>
      withRoomForAnswers(KurrentDBClient.connectionString(url.replace(/^esdb/, 'kurrentdb'))),
    ),
    prefixes,
    readerOf(url),
  );

/** The options with the user and the password of a connection string, decoded; none if it names no user. */
const readerOf = (url: string): Pick<BaseOptions, 'credentials'> => {
  const [, ...user] = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(url) ?? [];
  const [username, password] = user.map(decodeURIComponent);
  return username && password ? { credentials: { username, password } } : {};
};

/** What the client keeps to itself: `capabilities`, which it does not, is asked once and never again, even if that failed. */
interface Internals {
  execute(...ask: typeof ServerFeatures.createServerFeatures): Promise<ServerFeatures>;
}

class KurrentDbClient implements LogClient {
  // What is read leaves the native part of the client whole or not at all: a read that is given up is not told to the server.
  readonly maxRead = 2 * PAGE;
  // A read without an answer keeps a thread of the native part, which has as many as the machine has cores: once two clients on two cores
  // had such reads, no client of the process read any more.
  readonly isReplaceable = false;
  readonly #filter: Filter;
  readonly #isFiltered: boolean;

  constructor(
    private readonly client: KurrentDBClient,
    prefixes?: readonly string[],
    /** Whom reads name: the native part of the client would take the password of the connection string as it is, percent-encoded. */
    private readonly reader: Pick<BaseOptions, 'credentials'> = {},
  ) {
    this.#isFiltered = prefixes !== undefined;
    this.#filter = prefixes
      ? streamNameFilter({ prefixes: [...prefixes], maxSearchWindow: SEARCH_WINDOW })
      : excludeSystemEvents();
  }

  appendToStream(
    stream: string,
    events: readonly JsonEvent[],
    streamState: ExpectedState,
    deadline: number,
  ): Promise<Appended> {
    const proposed = events.map((event) => new JsonBytes(event) as EventData);
    return this.client.appendToStream(stream, proposed, { streamState, deadline });
  }

  readStream(stream: string, range: StreamRange): LogRead {
    return readStreamOf(this.client, stream, range);
  }

  readAll(range: LogRange): LogRead {
    const options = { ...range, ...this.reader };
    return readOf(this.client.readAll(this.#isFiltered ? { ...options, filter: this.#filter } : options));
  }

  subscribeToAll(after: LogPosition | typeof START): LogSubscription {
    const filter = { ...this.#filter, checkpointReached: passedAmongEvents(this) };
    return this.client.subscribeToAll({ fromPosition: after, filter }, { highWaterMark: PAGE });
  }

  createGroup(stream: string, group: string, maxRetryCount: number): Promise<void> {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, maxRetryCount });
    return this.client.createPersistentSubscriptionToStream(stream, group, settings);
  }

  joinGroup(stream: string, group: string, bufferSize: number): GroupSubscription {
    return this.client.subscribeToPersistentSubscriptionToStream(stream, group, {
      bufferSize,
    }) as unknown as GroupSubscription;
  }

  async replayParked(stream: string, group: string): Promise<void> {
    await this.client.replayParkedMessagesToStream(stream, group);
  }

  async getStreamMetadata(stream: string): Promise<StreamMetadata> {
    return (await this.client.getStreamMetadata(stream, this.reader)).metadata ?? {};
  }

  async setStreamMetadata(stream: string, metadata: StreamMetadata): Promise<void> {
    await this.client.setStreamMetadata(
      stream,
      metadata as Parameters<KurrentDBClient['setStreamMetadata']>[1],
    );
  }

  /** The native part of the client, which reads, tells of a failure no more than its type: the other part is asked the same. */
  async explain(error: unknown): Promise<unknown> {
    const { type, code } = error as { readonly type?: unknown; readonly code?: unknown };
    if (code !== undefined || !['unavailable', 'access-denied'].includes(String(type))) return error;
    const subscription = this.client.subscribeToAll({ fromPosition: END });
    const outcome = new Promise<unknown>((resolve) => {
      subscription.on('error', resolve).once('confirmation', () => resolve(error));
    });
    const reason = await within(EXPLAIN_MS, outcome).catch(() => error);
    void subscription.unsubscribe().catch(() => undefined);
    return reason;
  }

  async version(): Promise<string> {
    const { execute } = this.client as unknown as Internals;
    return (await execute(...ServerFeatures.createServerFeatures)).serverVersion;
  }

  abandon(error: Error): void {
    Object.assign(this.client, { GRPCStreamCreator: () => () => Promise.reject(error) });
  }

  async dispose(): Promise<void> {
    await this.client.dispose();
  }
}

/** A read as a stream. What nobody takes any more is left to the garbage collection: the client cannot cancel it. */
const readOf = (events: AsyncIterable<ResolvedEvent>): LogRead => {
  const read = Readable.from(events, { highWaterMark: PAGE });
  return Object.assign(read, {
    cancel: async () => {
      read.destroy();
    },
  });
};
