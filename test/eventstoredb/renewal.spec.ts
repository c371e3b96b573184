import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { eventsOf, happened, happenings } from '../contract/events.js';
import { EventStoreDouble } from './double/double.js';
import { gossipService, memberOf } from './double/gossip-service.js';
import { connect, SCHEME } from './tested-client.js';
import { wireTo } from './wire.js';

// What cannot be caught anywhere would end the process: here it fails the run.

const QUICK = { deadline: 300, patience: 1_000, longestWait: 50, isOwnStream: () => true };

let server: EventStoreDouble;
let line: Awaited<ReturnType<typeof wireTo>>;
let store: GrpcEventStore;
beforeEach(async () => {
  server = await new EventStoreDouble().start();
  line = await wireTo(Number(/:(\d+)\?/.exec(server.url)?.[1]));
  store = new GrpcEventStore({ url: `${SCHEME}://127.0.0.1:${line.port}?tls=false`, ...QUICK }, connect);
});
afterEach(async () => {
  await store.close();
  line.close();
  await server.kill();
});

const outcomeOf = (append: Promise<unknown>): Promise<string> =>
  append.then(
    () => 'stored',
    ({ code }: { code: string }) => code,
  );

it.each([status.UNKNOWN, status.UNAUTHENTICATED, status.PERMISSION_DENIED, status.FAILED_PRECONDITION])(
  'A server that refuses once to say what it can do, with code %s, is asked again',
  async (refusal) => {
    server.featuresFail = refusal;
    await expect(store.append('s', happenings(1), 'no-stream')).rejects.toThrow();
    server.featuresFail = undefined;
    expect((await store.append('s', happenings(1), 'no-stream')).nextExpectedRevision).toBe(0);
  },
);

it('A server that was silent when it was asked what it can do is appended to over one call later', async () => {
  line.silence();
  expect(await outcomeOf(store.append('s', happenings(1), 'no-stream'))).toBe('event-store-unavailable');
  line.speak();
  await store.append('t', happenings(1), 'no-stream');
  // Its answers to those that have given up have come before this one's.
  await store.append('t', happenings(1), 0);
  expect(server.appendingCalls).toBe(1);
  const appends = Array.from({ length: 50 }, (_, n) => store.append(`u${n}`, happenings(1), 'no-stream'));
  await server.asked();
  server.endAppending(status.UNAVAILABLE, 1);
  expect(new Set(await Promise.all(appends.map(outcomeOf)))).toEqual(new Set(['stored']));
});

it('A connection that carries nothing while many append is given up, and the others do not go over it', async () => {
  await store.append('first', happenings(1), 'no-stream');
  line.silence();
  const large = { text: 'x'.repeat(50_000) };
  const appends = Array.from({ length: 60 }, (_, n) => store.append(`s${n}`, [happened(large)], 'no-stream'));
  expect(new Set(await Promise.all(appends.map(outcomeOf)))).toEqual(new Set(['event-store-unavailable']));
  line.speak();
  expect(await outcomeOf(store.append('first', happenings(1), 0))).toBe('stored');
});

it('A cluster that could not be found is found when it is there', async () => {
  const seeds = await wireTo(0);
  seeds.close();
  const url = `${SCHEME}://127.0.0.1:${seeds.port},127.0.0.1:${seeds.port}?tls=false&discoveryInterval=10`;
  const cluster = new GrpcEventStore({ url, ...QUICK }, connect);
  expect(await outcomeOf(cluster.append('s', happenings(1), 'no-stream'))).toBe('event-store-unavailable');
  const member = memberOf(1, { host: '127.0.0.1', port: line.port }, true);
  const gossiping = new Server();
  gossiping.addService(
    gossipGrpc.GossipService,
    gossipService(() => [member]),
  );
  await new Promise<void>((resolve, reject) =>
    gossiping.bindAsync(`127.0.0.1:${seeds.port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  let outcome = '';
  // The client's connection to the seeds waits before it tries again.
  while (outcome !== 'stored') outcome = await outcomeOf(cluster.append('s', happenings(1), 'no-stream'));
  expect(await eventsOf(cluster, 's')).toHaveLength(1);
  await cluster.close();
  gossiping.forceShutdown();
});
