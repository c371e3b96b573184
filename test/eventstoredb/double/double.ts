import { EventEmitter, once } from 'node:events';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type gossip from '@eventstore/db-client/generated/gossip_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type pb from '@eventstore/db-client/generated/streams_pb.js';
import { Server, type ServerUnaryCall, type sendUnaryData, type status } from '@grpc/grpc-js';
import { SCHEME } from '../scheme.js';
import { authenticating, type Security, serverCredentials, userOf } from './credentials.js';
import { gossipService, memberOf } from './gossip-service.js';
import { persistentService } from './persistent-service.js';
import { ServerLog, type ServerLogOptions } from './server-log.js';
import { type AppendCall, type Endpoint, streamsService } from './streams-service.js';
import { withWindowsOfKestrel } from './windows.js';
import { Frames } from './wire-format.js';

/** The messages of the statuses with which a node of 24.10.4 was seen to turn appends away while a leader was elected. */
export const ELECTION = [
  'Server Is Not Ready',
  'Server Is Busy',
  'No leader info available in response',
] as const;

/**
 * A server of EventStoreDB in this process: it speaks the real protocol to the real client, and keeps its log in memory.
 * It stands in where a real one cannot be had, and answers as one was seen to; double.spec.ts compares them.
 */
export class EventStoreDouble {
  readonly log: ServerLog;
  /** Whether callers are admins: without TLS the client sends no credentials. */
  isAdmin = true;
  readonly #persistent: ReturnType<typeof persistentService>;
  #server: Server | undefined;
  #port = 0;
  /** While it is so, nothing is answered, and no connection is ended. */
  silent = false;
  /** With what it refuses to tell what it can do; undefined: it tells. */
  featuresFail: status | undefined;
  /** With what it refuses reads; undefined: it does not. */
  readsFail: status | undefined;
  /** While a cluster elects a leader: with which status it turns appends away; undefined: it does not. */
  electing: (typeof ELECTION)[number] | undefined;
  /** How many events were sent to clients, by what the names of their streams begin with up to a hyphen. */
  readonly sent = new Map<string, number>();
  /** The version that it tells. */
  version = '23.10.8';
  /** How many times it gives a filtered subscription the end of the log as a checkpoint with events still to come, as older servers may, and ends it. */
  earlyEnds = 0;
  /** How many events it has looked at for filtered subscriptions and reads, whether they were sent or not. */
  looked = 0;
  /** How many requests to append came. */
  appends = 0;
  /** How many requests to read one stream came. */
  reads = 0;
  readonly #arrivals = new EventEmitter();
  readonly #appending = new Set<AppendCall>();
  /** The leader of its cluster, which has the same log; undefined: it is the leader. */
  leader: Endpoint | undefined;

  /** The nodes of its cluster, as gossip tells them. */
  members: () => readonly gossip.MemberInfo[] = () => [memberOf(0, this.endpoint, true)];

  /**
   * @param log what it keeps: its own, or that of another node of its cluster.
   * @param security its certificate and users; without, it has neither.
   */
  constructor(
    log: ServerLog | ServerLogOptions = {},
    private readonly security?: Security,
  ) {
    this.log = log instanceof ServerLog ? log : new ServerLog(log);
    this.#persistent = persistentService(this.log, () => this.isAdmin);
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: this.#port };
  }

  get url(): string {
    return `${SCHEME}://127.0.0.1:${this.#port}?tls=${this.security !== undefined}`;
  }

  /** Starts it, on the port that it had before if it had one. */
  async start(): Promise<this> {
    const { security } = this;
    const server = new Server({
      'grpc.max_receive_message_length': 17 * 1024 * 1024,
      interceptors: security ? [authenticating(security)] : [],
    });
    withWindowsOfKestrel(server);
    server.addService(
      STREAMS,
      streamsService(this.log, {
        isSilent: () => this.silent,
        readsFail: () => this.readsFail,
        readCame: () => {
          this.reads += 1;
        },
        mayReadAll: (metadata) => !security || userOf(security, metadata)?.readsAll === true,
        turnedAway: () => this.electing,
        leader: () => this.leader,
        sends: ({ stream }) => {
          const [category = ''] = stream.split('-');
          this.sent.set(category, (this.sent.get(category) ?? 0) + 1);
        },
        looks: (count) => {
          this.looked += count;
        },
        endsEarly: () => {
          if (this.earlyEnds === 0) return false;
          this.earlyEnds -= 1;
          return true;
        },
        appending: this.#appending,
        appendCame: () => {
          this.appends += 1;
          this.#arrivals.emit('append');
        },
      }),
    );
    server.addService(
      gossipGrpc.GossipService,
      gossipService(() => this.members()),
    );
    server.addService(persistentGrpc.PersistentSubscriptionsService, this.#persistent);
    server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (
        _: ServerUnaryCall<unknown, unknown>,
        done: sendUnaryData<features.SupportedMethods>,
      ) =>
        this.featuresFail === undefined
          ? done(null, supportedMethods(this.version))
          : done({ code: this.featuresFail }),
    });
    this.#port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.#port}`, serverCredentials(security), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    this.#server = server;
    return this;
  }

  /** Over how many calls clients append now. */
  get appendingCalls(): number {
    return this.#appending.size;
  }

  /** Resolves when the next request to append comes. */
  async asked(): Promise<void> {
    await once(this.#arrivals, 'append');
  }

  /** Ends the calls over which clients append, the first so many of them, and nothing else. */
  endAppending(code: status, most = Number.POSITIVE_INFINITY): void {
    for (const call of [...this.#appending].slice(0, most)) call.emit('error', { code, details: 'ended' });
  }

  /** Ends it as SIGKILL does: all connections drop. The log stays for the next start. */
  async kill(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }
}

const { read } = streamsGrpc.StreamsService;
/** Answers to reads are messages, or frames that were encoded before. */
const STREAMS = {
  ...streamsGrpc.StreamsService,
  read: {
    ...read,
    responseSerialize: (answer: pb.ReadResp | Frames): Buffer =>
      answer instanceof Frames ? answer.asMessage() : read.responseSerialize(answer),
  },
};

const METHODS: readonly [service: string, method: string, features: string[]][] = [
  ['event_store.client.streams.Streams', 'Read', ['position', 'events']],
  ['event_store.client.streams.Streams', 'BatchAppend', ['deadline_duration']],
  ...['Create', 'Read', 'GetInfo', 'ReplayParked'].map((method): [string, string, string[]] => [
    'event_store.client.persistent_subscriptions.PersistentSubscriptions',
    method,
    ['stream', 'all'],
  ]),
];

const supportedMethods = (version: string): features.SupportedMethods => {
  const methods = METHODS.map(([service, method, list]) =>
    new features.SupportedMethod()
      .setServiceName(service.toLowerCase())
      .setMethodName(method.toLowerCase())
      .setFeaturesList(list),
  );
  return new features.SupportedMethods().setEventStoreServerVersion(version).setMethodsList(methods);
};
