import { afterEach, beforeEach, expect, it } from 'vitest';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { eventsOf, happenings } from '../contract/events.js';
import { Cluster } from './double/cluster.js';
import { connect, SCHEME } from './tested-client.js';
import { wireTo } from './wire.js';

const QUICK = { deadline: 1_000, patience: 10_000, longestWait: 50, isOwnStream: () => true };

let cluster: Cluster;
let store: GrpcEventStore;
beforeEach(async () => {
  cluster = await Cluster.start(3, wireTo);
});
afterEach(async () => {
  await store.close();
  await cluster.kill();
});

const appended = async (count: number): Promise<number[]> => {
  const appends = Array.from({ length: count }, (_, n) =>
    store.append(`s-${n}-${crypto.randomUUID()}`, happenings(2), 'no-stream'),
  );
  return (await Promise.all(appends)).map(({ nextExpectedRevision }) => nextExpectedRevision);
};
const both = (count: number) => Array.from({ length: count }, () => 1);

it('A node that only follows leads appends to the leader, and to the next one after an election', async () => {
  const [, , follower] = cluster.nodes;
  store = new GrpcEventStore(
    { url: `${SCHEME}://127.0.0.1:${follower?.wire.port}?tls=false`, ...QUICK },
    connect,
  );
  expect(await appended(40)).toEqual(both(40));
  cluster.elect(1);
  expect(await appended(40)).toEqual(both(40));
  await cluster.leader.server.kill();
  cluster.elect(0);
  expect(await appended(40)).toEqual(both(40));
});

it('A leader that stands still is left for the next one, and answers nothing wrong when it is back', async () => {
  store = new GrpcEventStore({ url: cluster.url, ...QUICK }, connect);
  await store.append('s', happenings(1), 'no-stream');
  const before = cluster.leader;
  before.wire.silence();
  const appending = store.append('s', happenings(2), 0);
  cluster.elect(1);
  expect((await appending).nextExpectedRevision).toBe(2);
  before.wire.speak();
  expect(await appended(20)).toEqual(both(20));
  expect(await eventsOf(store, 's')).toHaveLength(3);
});
