import {
  type EventData,
  EventStoreDBClient,
  excludeSystemEvents,
  type Filter,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { ServerFeatures } from '@eventstore/db-client/dist/Client/ServerFeatures.js';
import { passedAmongEvents } from '../grpc-log/checkpoints.js';
import { connected } from '../grpc-log/connection-problem.js';
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
  SEARCH_WINDOW,
  type StreamMetadata,
  type StreamRange,
} from '../grpc-log/log-client.js';
import { filteredReads } from './filtered-reads.js';

/**
 * How long a node may take to say which one leads, in seconds, where the connection string says nothing: the client's own 5 s let one node
 * that stands still delay everything.
 */
const GOSSIP_TIMEOUT = 2;

const withGossipTimeout = (url: string): string =>
  /[?&]gossipTimeout=/i.test(url)
    ? url
    : `${url}${url.includes('?') ? '&' : '?'}gossipTimeout=${GOSSIP_TIMEOUT}`;

/** `@eventstore/db-client`, for EventStoreDB. */
export const connectEventStoreDb: Connect = ({ url, setting = 'HERALD_EVENT_STORE', prefixes }) =>
  new EventStoreDbClient(
    connected(url, setting, 'esdb', () =>
      withRoomForAnswers(EventStoreDBClient.connectionString(withGossipTimeout(url))),
    ),
    prefixes,
  );

/** What the client keeps to itself: `capabilities`, which it does not, is asked once and never again, even if that failed. */
interface Internals {
  execute(...ask: typeof ServerFeatures.createServerFeatures): Promise<ServerFeatures>;
}

class EventStoreDbClient implements LogClient {
  readonly maxRead = Number.POSITIVE_INFINITY;
  readonly isReplaceable = true;
  readonly #reads: Pick<EventStoreDBClient, 'readAll'>;
  readonly #filter: Filter;

  constructor(
    private readonly client: EventStoreDBClient,
    prefixes?: readonly string[],
  ) {
    this.#reads = prefixes ? filteredReads(client, prefixes) : client;
    this.#filter = prefixes
      ? streamNameFilter({ prefixes: [...prefixes], maxSearchWindow: SEARCH_WINDOW })
      : excludeSystemEvents();
  }

  appendToStream(
    stream: string,
    events: readonly JsonEvent[],
    expectedRevision: ExpectedState,
    deadline: number,
  ): Promise<Appended> {
    const proposed = events.map((event) => new JsonBytes(event) as EventData);
    return this.client.appendToStream(stream, proposed, { expectedRevision, deadline });
  }

  readStream(stream: string, range: StreamRange): LogRead {
    return this.client.readStream(stream, range, { highWaterMark: PAGE });
  }

  readAll(range: LogRange): LogRead {
    return this.#reads.readAll(range, { highWaterMark: PAGE });
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
    return (await this.client.getStreamMetadata(stream)).metadata ?? {};
  }

  async setStreamMetadata(stream: string, metadata: StreamMetadata): Promise<void> {
    await this.client.setStreamMetadata(
      stream,
      metadata as Parameters<EventStoreDBClient['setStreamMetadata']>[1],
    );
  }

  async explain(error: unknown): Promise<unknown> {
    return error;
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
