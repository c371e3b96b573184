import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { eventsOf, happenings } from '../contract/events.js';
import { until } from '../until.js';
import { Cluster } from './double/cluster.js';
import { MAILS, MailLoad } from './mail-load.js';
import { connect } from './tested-client.js';
import { wireTo } from './wire.js';

// Not run with KurrentDB's client, whose connection for reads cannot be left: see docs/decisions/0049-two-clients-for-the-log.md.

/** How long a cluster takes to elect another leader, in milliseconds. */
const ELECTION_MS = 2_000;
/** In milliseconds: 3 s until the leader is left, 2 s for the nodes to say which one leads, and a busy machine. */
const LONGEST_SILENCE_MS = 10_000;

let cluster: Cluster;
let store: GrpcEventStore;
beforeEach(async () => {
  cluster = await Cluster.start(3, wireTo);
  store = new GrpcEventStore(
    { url: cluster.url, deadline: 1_000, patience: 10_000, longestWait: 50, isOwnStream: () => true },
    connect,
  );
});
afterEach(async () => {
  await store.close();
  await cluster.kill();
});

it.each(['append', 'read'])(
  'Without an answer to one %s reads and subscriptions go on at the next leader',
  async (first) => {
    await store.append('s', happenings(1), 'no-stream');
    const over = new AbortController();
    const received: number[] = [];
    const following = (async () => {
      for await (const events of store.subscribeToAll({ signal: over.signal }))
        received.push(...events.map(({ revision }) => revision));
    })();
    await until(
      async () => received.length,
      (count) => count === 1,
    );
    cluster.leader.wire.silence();
    cluster.elect(1);
    if (first === 'read') expect(await eventsOf(store, 's')).toHaveLength(1);
    await store.append('s', happenings(1), 0);
    expect(await eventsOf(store, 's')).toHaveLength(2);
    await until(
      async () => received,
      (revisions) => revisions.length === 2,
    );
    over.abort();
    await following;
  },
  15_000,
);

it('Amid 200 mails a leader that stands still, and comes back after them, is left for the next one', async () => {
  const load = await MailLoad.start(cluster.url, cluster.log);
  await load.begin(0);
  const { wire } = cluster.leader;
  wire.silence();
  await wait(ELECTION_MS);
  cluster.elect(1);
  expect(await load.longestSilence(MAILS)).toBeLessThan(LONGEST_SILENCE_MS);
  wire.speak();
  await load.herald.settled();
  expect([load.recorded('Accepted'), load.mails(), load.recorded('OutcomeUnknown')]).toEqual([
    MAILS,
    MAILS,
    0,
  ]);
  await load.stop();
}, 120_000);
