import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import { MAX_DOUBTS_IN_A_ROW, MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../src/domain/bounds.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { withoutStop } from '../../src/domain/kernel/text.js';
import { anEvent, aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

const NOW = '2026-03-02T09:00:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A port that nobody listens on. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const heraldTo = async (port: number, lanes = 1): Promise<TestHerald> => {
  const herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${port}?lanes=${lanes}` });
  ends.push(() => herald.stop());
  return herald;
};

const smtp = async (...args: Parameters<typeof startFaultySmtp>): Promise<FaultySmtp> => {
  const server = await startFaultySmtp(...args);
  ends.push(server.close);
  return server;
};

/** A personal account of Ada or Ben that expires after so many hours: its owner gets a mail at that moment. */
const account = (hours: number, ownerId = 'ada', partnerId = 'nordlicht') =>
  anEvent(`account-${partnerId}-${hours}`, 'social-account.connected', {
    ...{ accountId: `${partnerId}-${hours}`, partnerId, network: 'x', kind: 'personal', ownerId },
    ...{ displayName: `Account ${hours}`, authorisationExpiresAt: plus(NOW, hours * HOUR) },
  });

const member = (hours: number) => {
  const userId = `user-${hours}`;
  const fields = { name: userId, email: `${userId}@nordlicht.example`, role: 'member' };
  return anEvent(userId, 'partner-user.added', { userId, partnerId: 'nordlicht', ...fields });
};

/** So many people whose accounts expire at once, each at a domain that `domainOf` chooses. */
const atDomains = (count: number, at: string, domainOf: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => n + 100).flatMap((n) => {
    const [user, own] = [member(n), account(n, `user-${n}`)];
    return [
      { ...user, data: { ...user.data, email: `user-${n}@${domainOf(n)}` } },
      { ...own, data: { ...own.data, authorisationExpiresAt: at } },
    ];
  });

const history = async (herald: TestHerald, query = ''): Promise<readonly HistoryEntry[]> => {
  await herald.settled();
  const page = await herald.get<{ items: HistoryEntry[] }>(
    `/v1/notifications?decision=raised&order=oldest&limit=200&${query}`,
  );
  return page.body.items;
};

const sendingHealth = async (herald: TestHerald) => {
  const { body } = await herald.get<{ parts: { part: string; status: string; says?: string }[] }>('/health');
  return body.parts.find(({ part }) => part === 'delivery');
};

const metric = async (herald: TestHerald, name: string): Promise<string | undefined> =>
  (await herald.get('/metrics')).text.split('\n').find((line) => line.startsWith(`${name}{`));

const idsIn = ({ bodies }: FaultySmtp): readonly (string | undefined)[] =>
  bodies.map((body) => /X-Herald-Notification: (\S+)/.exec(body)?.[1]);

const deliveryEvents = async (herald: TestHerald) =>
  (await herald.events())
    .map(({ type }) => type)
    .filter((type) => ['SendStarted', 'Deferred', 'Rejected', 'GivenUp', 'OutcomeUnknown'].includes(type));

describe.each([26, 96])('A mail server that refuses connections for %i hours loses nothing:', (outage) => {
  it('all goes out within minutes, interactive first, then in order', async () => {
    const port = await closedPort();
    const herald = await heraldTo(port);
    const due = Array.from({ length: 25 }, (_, n) => 1 + Math.floor((n * (outage - 1)) / 25));
    await herald.publishAll([
      ...SMALL_WORLD,
      aPost('p', { partnerId: 'nordlicht', publishAt: plus(NOW, 400 * HOUR) }),
    ]);
    // Of several mails to one person only one is sent at a time: each goes to another.
    await herald.publishAll(
      [...new Set(due)].flatMap((hours) => [member(hours), account(hours, `user-${hours}`)]),
    );
    await herald.settled();
    await herald.moveTo(plus(NOW, (outage / 2) * HOUR));
    await herald.publish({
      ...anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }),
      time: plus(NOW, (outage / 2) * HOUR),
    });
    await herald.moveTo(plus(NOW, outage * HOUR));

    const waiting = await history(herald);
    expect(waiting).toHaveLength(new Set(due).size + 1);
    expect(waiting.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(
      waiting.map(() => ['pending', 0]),
    );
    expect(await deliveryEvents(herald)).toEqual([]);
    expect(await sendingHealth(herald)).toMatchObject({
      status: 'degraded',
      says: expect.stringMatching(
        /^The mail server has failed since 2026-03-02T10:00:00.000Z; \d+ mails .* connect ECONNREFUSED 127/,
      ),
    });
    expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 1');

    const server = await smtp(() => undefined, { port });
    await herald.moveTo(plus(NOW, outage * HOUR + 6 * MINUTE));
    const sent = await history(herald);
    expect(sent.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(sent.map(() => ['accepted', 1]));
    const now = sent.find(({ rule }) => rule === 'content-needs-approval')?.notificationId;
    const ids = idsIn(server);
    expect(ids).toHaveLength(sent.length);
    expect(ids[0]).toBe(now);
    // Two are made ready at once for one connection.
    const inOrder = sent.map(({ notificationId }) => notificationId).filter((id) => id !== now);
    for (const [place, id] of inOrder.entries())
      expect(Math.abs(ids.indexOf(id) - 1 - place)).toBeLessThan(3);
    expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
    expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 0');
  }, 120_000);
});

it.each([
  ['MAIL', '530 5.7.0 Authentication required'],
  ['MAIL', '538 5.7.11 Encryption required'],
  ['EHLO', '421 4.3.2 not now'],
  ['dot', '421 4.3.2 shutting down'],
] as const)(
  'A mail server that answers %s with "%s" is asked again, and no mail loses an attempt',
  async (stage, reply) => {
    let isWell = false;
    const server = await smtp((moment) => (!isWell && moment.stage === stage ? { reply } : undefined));
    const herald = await heraldTo(server.port);
    await herald.publishAll([...SMALL_WORLD, account(1)]);
    await herald.moveTo(plus(NOW, 30 * HOUR));
    expect((await history(herald)).map(({ outcome }) => outcome)).not.toContain('rejected');
    expect(await sendingHealth(herald)).toMatchObject({
      says: expect.stringContaining(`${withoutStop(reply)}. Check the server`),
    });
    isWell = true;
    await herald.moveTo(plus(NOW, 30 * HOUR + 6 * MINUTE));
    expect((await history(herald)).map(({ outcome }) => outcome)).toEqual(['accepted']);
  },
  60_000,
);

it('A sender that is refused holds its own mails, and no others; all go out once it is accepted', async () => {
  let isWell = false;
  const reply = '550 5.7.60 Client does not have permissions to send as this sender';
  const server = await smtp(({ stage, from }) =>
    !isWell && stage === 'MAIL' && from === 'bad@other.example' ? { reply } : undefined,
  );
  const herald = await heraldTo(server.port);
  const [solution, partner, ada] = SMALL_WORLD;
  await herald.publishAll([
    ...SMALL_WORLD,
    {
      ...solution,
      id: 's2',
      data: {
        ...solution?.data,
        solutionId: 'other',
        sender: { name: 'Other', address: 'bad@other.example' },
      },
    },
    { ...partner, id: 'p2', data: { ...partner?.data, partnerId: 'sued', solutionId: 'other' } },
    { ...ada, id: 'u2', data: { ...ada?.data, userId: 'eve', partnerId: 'sued', email: 'eve@sued.example' } },
    ...[1, 2, 3].flatMap((hours) => [account(hours), account(hours, 'eve', 'sued')]),
  ]);
  await herald.moveTo(plus(NOW, 4 * HOUR));
  const outcomes = async (partnerId: string) =>
    (await history(herald, `partner=${partnerId}`)).map(({ outcome }) => outcome);
  expect(await outcomes('nordlicht')).toEqual(['accepted', 'accepted', 'accepted']);
  expect(await outcomes('sued')).toEqual(['pending', 'pending', 'pending']);
  expect(await sendingHealth(herald)).toMatchObject({
    status: 'degraded',
    says: expect.stringContaining(
      `bad@other.example are held since 2026-03-02T10:00:00.000Z, because it is refused: ${withoutStop(reply)}. Mend`,
    ),
  });
  expect(await metric(herald, 'herald_senders_held')).toBe('herald_senders_held{channel="email"} 1');
  expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 0');
  isWell = true;
  await herald.moveTo(plus(NOW, 5 * HOUR + MINUTE));
  expect(await outcomes('sued')).toEqual(['accepted', 'accepted', 'accepted']);
  expect(await deliveryEvents(herald)).toEqual(Array.from({ length: 6 }, () => 'SendStarted'));
  expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
});

it('A mail server that confirms nothing puts few mails in doubt: the others wait until it answers again', async () => {
  let isWell = false;
  const server = await smtp(({ stage }) => (!isWell && stage === 'dot' ? 'drop' : undefined));
  const herald = await heraldTo(server.port);
  const users = 20;
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, ...atDomains(users, due, () => 'nordlicht.example')]);
  await herald.moveTo(plus(due, MINUTE));
  const count = async (outcome: string) => (await history(herald, `outcome=${outcome}`)).length;
  // Those under way when the third was in doubt, and a probe or two.
  const doubts = await count('outcome-unknown');
  expect(doubts).toBeGreaterThanOrEqual(MAX_DOUBTS_IN_A_ROW);
  expect(doubts).toBeLessThan(10);
  expect(await count('pending')).toBe(users - doubts);
  expect(await sendingHealth(herald)).toMatchObject({
    status: 'degraded',
    says: expect.stringMatching(/confirmed no mail.*herald unknown list.*before it confirmed it/),
  });
  expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 1');
  isWell = true;
  await herald.moveTo(plus(due, 8 * MINUTE));
  expect([await count('accepted'), await count('outcome-unknown')]).toEqual([users - doubts, doubts]);
  expect(new Set(idsIn(server)).size).toBe(users);
  expect(idsIn(server)).toHaveLength(users);
  expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
});

it('A mail server that refuses every recipient counts as failing: few mails are rejected, the others wait', async () => {
  let isWell = false;
  const reply = '550 5.1.1 no such user';
  const server = await smtp(({ stage }) => (!isWell && stage === 'RCPT' ? { reply } : undefined));
  const herald = await heraldTo(server.port);
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, ...atDomains(30, due, (n) => `d${n}.example`)]);
  await herald.moveTo(plus(due, MINUTE));
  const count = async (outcome: string) => (await history(herald, `outcome=${outcome}`)).length;
  const rejected = await count('rejected');
  expect(rejected).toBeGreaterThanOrEqual(MAX_REFUSED_DOMAINS_IN_A_ROW);
  expect(rejected).toBeLessThan(20);
  expect(await sendingHealth(herald)).toMatchObject({
    status: 'degraded',
    says: expect.stringMatching(/refused recipients at 10 domains in a row.*--outcome rejected.*550 5\.1\.1/),
  });
  isWell = true;
  await herald.moveTo(plus(due, 8 * MINUTE));
  expect([await count('rejected'), await count('pending')]).toEqual([rejected, 0]);
  expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
});

it('A mail server that refused everybody and then greylists ends its outage with the first mail that comes again', async () => {
  let isGreylisting = false;
  const seen = new Set<string>();
  const server = await smtp(({ stage, to }) => {
    if (stage !== 'RCPT') return undefined;
    if (!isGreylisting) return { reply: '550 5.1.1 no such user' };
    if (seen.has(to)) return undefined;
    seen.add(to);
    return { reply: '451 4.7.1 greylisted, try again' };
  });
  const herald = await heraldTo(server.port);
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, ...atDomains(60, due, (n) => `d${n}.example`)]);
  await herald.moveTo(plus(due, MINUTE));
  isGreylisting = true;
  for (let minutes = 2; minutes <= 40; minutes += 1) await herald.moveTo(plus(due, minutes * MINUTE));
  expect(await history(herald, 'outcome=pending')).toEqual([]);
  expect((await history(herald, 'outcome=accepted')).length).toBeGreaterThan(30);
  expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
});

it('A mail server that confirms nothing does not count as well again because it refuses or defers one between', async () => {
  let count = 0;
  const server = await smtp(({ stage }) => {
    if (stage === 'RCPT') count += 1;
    if (stage === 'RCPT' && count % 3 === 0) return { reply: '550 5.1.1 no such user' };
    return stage === 'dot' ? 'drop' : undefined;
  });
  const herald = await heraldTo(server.port);
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, ...atDomains(60, due, () => 'nordlicht.example')]);
  await herald.moveTo(plus(due, MINUTE));
  expect((await history(herald, 'outcome=pending')).length).toBeGreaterThan(30);
  expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 1');
});

it('A domain whose addresses are all gone is no failure of the mail server', async () => {
  const server = await smtp(({ stage, to }) =>
    stage === 'RCPT' && to.endsWith('gone.example') ? { reply: '550 5.1.1 no such user' } : undefined,
  );
  const herald = await heraldTo(server.port);
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, ...atDomains(30, due, () => 'gone.example')]);
  await herald.moveTo(plus(due, MINUTE));
  expect(await history(herald, 'outcome=rejected')).toHaveLength(30);
  expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 0');
});

it('One mail in doubt among others is no failure of the mail server', async () => {
  const server = await smtp(({ stage, to }) =>
    stage === 'dot' && to.startsWith('ada@') ? 'drop' : undefined,
  );
  const herald = await heraldTo(server.port);
  await herald.publishAll([...SMALL_WORLD, account(1, 'ada')]);
  await herald.moveTo(plus(NOW, 2 * HOUR));
  expect((await history(herald)).map(({ outcome }) => outcome)).toEqual(['outcome-unknown']);
  expect(await metric(herald, 'herald_breaker_open')).toBe('herald_breaker_open{channel="email"} 0');
});

it.each([
  ['RCPT', 'drop', 'pending'],
  ['RCPT', { reply: '421 4.3.0 lost the policy service, closing' }, 'pending'],
  ['dot', { reply: '421 4.3.0 the content filter failed, closing' }, 'deferred'],
] as const)(
  'A mail that makes the mail server hang up at %s (%j) keeps no other from going',
  async (at, fault, outcome) => {
    const server = await smtp(({ stage, to }) => (stage === at && to.startsWith('ada@') ? fault : undefined));
    const herald = await heraldTo(server.port);
    await herald.publishAll([...SMALL_WORLD, account(1, 'ada'), account(2, 'ben'), account(3, 'ben')]);
    await herald.moveTo(plus(NOW, HOUR));
    expect(await sendingHealth(herald)).toMatchObject({ status: 'degraded' });
    await herald.moveTo(plus(NOW, 4 * HOUR));
    await herald.moveTo(plus(NOW, 4 * HOUR + 6 * MINUTE));
    const of = async (user: string) =>
      (await history(herald, `recipient=${user}`)).map(({ outcome }) => outcome);
    expect([await of('ada'), await of('ben')]).toEqual([[outcome], ['accepted', 'accepted']]);
    // It is given up in the end, without an attempt that counts.
    await herald.moveTo(plus(NOW, 121 * HOUR + MINUTE));
    expect(await of('ada')).toContain('given-up');
  },
  60_000,
);

it('A mail of a Send Now that makes the mail server hang up keeps no other from going either', async () => {
  const server = await smtp(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada@') ? { reply: '421 4.3.0 lost the policy service' } : undefined,
  );
  const herald = await heraldTo(server.port);
  const post = aPost('p', { partnerId: 'nordlicht', publishAt: plus(NOW, 400 * HOUR) });
  await herald.publishAll([...SMALL_WORLD, account(1, 'ben'), account(2, 'ben'), post]);
  await herald.settled();
  const request = anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });
  await herald.publish({ ...request, time: NOW });
  await herald.settled();
  for (const minutes of [0, 6, 12]) await herald.moveTo(plus(NOW, 3 * HOUR + minutes * MINUTE));
  const shown = (await history(herald)).map(({ recipientId, outcome }) => `${recipientId} ${outcome}`);
  expect(shown.sort()).toEqual(['ada pending', 'ben accepted', 'ben accepted']);
});

it('A mail whose recipient the relay refuses to relay to holds the others of its sender for one probe only', async () => {
  const reply = '554 5.7.1 Relay access denied';
  const server = await smtp(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada@') ? { reply } : undefined,
  );
  const herald = await heraldTo(server.port);
  const ben = [2, 3, 4, 5, 6];
  await herald.publishAll([...SMALL_WORLD, account(1, 'ada'), ...ben.map((hours) => account(hours, 'ben'))]);
  await herald.settled();
  await herald.moveTo(plus(NOW, HOUR));
  expect(await sendingHealth(herald)).toMatchObject({ says: expect.stringContaining('are held since') });
  await herald.moveTo(plus(NOW, 8 * HOUR));
  const of = async (user: string) =>
    (await history(herald, `recipient=${user}`)).map(({ outcome }) => outcome);
  expect(await of('ben')).toEqual(ben.map(() => 'accepted'));
  expect(await of('ada')).toEqual(['deferred']);
  expect(await sendingHealth(herald)).toMatchObject({ status: 'ok' });
});
