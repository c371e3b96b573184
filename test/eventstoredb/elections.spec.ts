import { setTimeout as wait } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterEach, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { Cluster } from './double/cluster.js';
import { ELECTION, EventStoreDouble } from './double/double.js';
import { MAILS, MailLoad } from './mail-load.js';
import { wireTo } from './wire.js';

/** `HERALD_TEST_ELECTIONS=10` is the long run. */
const ELECTIONS = Number(process.env.HERALD_TEST_ELECTIONS ?? 3);
/** How long a cluster is without a leader, in milliseconds. */
const WITHOUT_LEADER_MS = 2_000;
/** How long a leader stands still: longer than the 10 s that Herald waits for an answer. */
const STANDSTILL_MS = 12_000;

let load: MailLoad;
let server: { kill(): Promise<void> };
afterEach(async () => {
  await load.stop();
  await server.kill();
});

/** An election amid the load: of a leader that was killed, or of one that is leader no more. @returns a request meanwhile. */
const election = async (node: EventStoreDouble, round: number): Promise<{ readonly status: number }> => {
  const isKilled = round % 2 === 0;
  if (isKilled) await node.kill();
  node.electing = ELECTION[round % ELECTION.length];
  node.readsFail = status.UNAVAILABLE;
  const asked = { userId: 'ada', partnerId: 'nordlicht' };
  const during = load.herald.publish(anEvent(`during-${round}`, 'digest.requested', asked));
  await wait(WITHOUT_LEADER_MS / 2);
  if (isKilled) await node.start();
  await wait(WITHOUT_LEADER_MS / 2);
  node.electing = undefined;
  node.readsFail = undefined;
  return during;
};

/** None of the mails is lost, doubled or in doubt. */
const expectAll = (mails: number): void => {
  expect(load.recorded('Accepted')).toBe(mails);
  expect(load.mails()).toBe(mails);
  expect(load.recorded('OutcomeUnknown')).toBe(0);
};

it(
  'Elections amid 200 mails each lose no mail, double none and leave none in doubt',
  async () => {
    const node = await new EventStoreDouble().start();
    server = node;
    load = await MailLoad.start(node.url, node.log);
    for (let round = 0; round < ELECTIONS; round += 1) {
      await load.begin(round);
      expect((await election(node, round)).status).toBe(202);
      expect(await load.longestSilence((round + 1) * (MAILS + 1))).toBeLessThan(10_000);
    }
    expectAll(ELECTIONS * (MAILS + 1));
  },
  60_000 * ELECTIONS,
);

it.each([
  ['a leader that stands still for 12 s', false],
  ['a leader that stands still for 12 s while another is elected', true],
])(
  'Amid 200 mails %s and comes back loses no mail, doubles none and leaves none in doubt',
  async (_, isReplaced) => {
    const cluster = await Cluster.start(isReplaced ? 3 : 1, wireTo);
    server = cluster;
    load = await MailLoad.start(cluster.url, cluster.log);
    await load.begin(0);
    const { wire } = cluster.leader;
    wire.silence();
    await wait(WITHOUT_LEADER_MS);
    if (isReplaced) cluster.elect(1);
    await wait(STANDSTILL_MS - WITHOUT_LEADER_MS);
    wire.speak();
    await load.longestSilence(MAILS);
    await load.herald.settled();
    expectAll(MAILS);
  },
  120_000,
);
