import { setTimeout as wait } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { ELECTION, EventStoreDouble } from './double/double.js';

const MAILS = 200;
/** `HERALD_TEST_ELECTIONS=10` is the long run. */
const ELECTIONS = Number(process.env.HERALD_TEST_ELECTIONS ?? 3);
/** A partner has at most 1,000 accounts. */
const PARTNERS = ['ahorn', 'birke'];
/** How long 200 mails may take on a busy machine, in milliseconds: what matters is that there is no silence among them. */
const PATIENCE_MS = 100_000;
/** How long a cluster is without a leader, in milliseconds. */
const WITHOUT_LEADER_MS = 2_000;

let server: EventStoreDouble;
let smtp: FaultySmtp;
let herald: TestHerald;

beforeAll(async () => {
  server = await new EventStoreDouble().start();
  smtp = await startFaultySmtp(() => undefined);
  herald = await startTestHerald({
    HERALD_EVENT_STORE: server.url,
    HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`,
    HERALD_CLOCK: 'system',
    HERALD_CLOCK_START: undefined,
    HERALD_CLOCK_FILE: undefined,
  });
  await herald.publishAll(SMALL_WORLD);
  for (const partnerId of PARTNERS)
    await herald.publishAll([
      anEvent(partnerId, 'partner.registered', {
        ...{ partnerId, solutionId: 'acme', name: partnerId, timeZone: 'Europe/Berlin' },
      }),
      ...Array.from({ length: MAILS }, (_, n) =>
        anEvent(`${partnerId}-${n}`, 'partner-user.added', {
          ...{ userId: `${partnerId}-${n}`, partnerId, name: `User ${n}`, role: 'member' },
          email: `u${n}@${partnerId}.example`,
        }),
      ),
    ]);
}, 60_000);
afterAll(async () => {
  await herald.stop();
  await smtp.close();
  await server.kill();
});

/** An account of each person of a partner whose authorisation has ended: each gets a mail at once. */
const ended = (round: number) => {
  const partnerId = PARTNERS[round % PARTNERS.length];
  return Array.from({ length: MAILS }, (_, n) =>
    anEvent(`a${round}-${n}`, 'social-account.connected', {
      ...{
        accountId: `a${round}-${n}`,
        partnerId,
        network: 'x',
        kind: 'personal',
        ownerId: `${partnerId}-${n}`,
      },
      ...{ displayName: `Account ${n}`, authorisationExpiresAt: '2026-03-02T08:00:00.000Z' },
    }),
  );
};

const recorded = (type: string): number => server.log.all.filter((event) => event.type === type).length;

const mails = (): number => smtp.commands().filter((command) => command === 'DATA').length;

/** The longest time without a mail on record until so many are, in milliseconds: an item that waits for a pause is one. */
const longestSilence = async (wanted: number): Promise<number> => {
  let [count, since, longest] = [recorded('Accepted'), performance.now(), 0];
  await until(
    async () => {
      const accepted = recorded('Accepted');
      const now = performance.now();
      longest = Math.max(longest, now - since);
      if (accepted > count) [count, since] = [accepted, now];
      return accepted;
    },
    (accepted) => accepted >= wanted,
    PATIENCE_MS,
  );
  return longest;
};

/** An election amid the load: of a leader that was killed, or of one that is leader no more. @returns a request meanwhile. */
const election = async (round: number): Promise<{ readonly status: number }> => {
  const isKilled = round % 2 === 0;
  if (isKilled) await server.kill();
  server.electing = ELECTION[round % ELECTION.length];
  server.readsFail = status.UNAVAILABLE;
  const asked = { userId: 'ada', partnerId: 'nordlicht' };
  const during = herald.publish(anEvent(`during-${round}`, 'digest.requested', asked));
  await wait(WITHOUT_LEADER_MS / 2);
  if (isKilled) await server.start();
  await wait(WITHOUT_LEADER_MS / 2);
  server.electing = undefined;
  server.readsFail = undefined;
  return during;
};

it(
  'Elections amid 200 mails each lose no mail, double none and leave none in doubt',
  async () => {
    for (let round = 0; round < ELECTIONS; round += 1) {
      const before = round * MAILS;
      expect((await herald.publishAll(ended(round))).status).toBe(202);
      await until(
        async () => mails(),
        (sent) => sent >= before + 20,
      );
      expect((await election(round)).status).toBe(202);
      expect(await longestSilence(before + MAILS + round + 1)).toBeLessThan(10_000);
    }
    expect(recorded('Accepted')).toBe(ELECTIONS * MAILS + ELECTIONS);
    expect(mails()).toBe(ELECTIONS * MAILS + ELECTIONS);
    expect(recorded('OutcomeUnknown')).toBe(0);
  },
  60_000 * ELECTIONS,
);
