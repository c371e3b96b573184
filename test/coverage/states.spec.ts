import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WhyNot } from '../../src/application/audit/why/ask-why-not.js';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import type { AgendaDocument } from '../../src/application/read-models/agenda/agenda.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import { anEvent, aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type Fault, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';

const MONDAY = '2026-03-09';
const SLOT = '2026-03-09T08:00:00Z';
const POST = aPost('post-1', { partnerId: 'nordlicht', publishAt: '2026-04-01T09:00:00Z' });
const ACCOUNT = anEvent('fb-1', 'social-account.connected', {
  ...{ accountId: 'fb-1', partnerId: 'nordlicht', network: 'facebook', kind: 'company', displayName: 'fb-1' },
  authorisationExpiresAt: '2026-03-20T12:00:00Z',
});
const preferences = (userId: string, wishes: object) =>
  anEvent(`prefers-${userId}`, 'partner-user.preferences-changed', {
    ...{ userId, partnerId: 'nordlicht' },
    ...wishes,
  });
const user = (userId: string) =>
  anEvent(userId, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example`, role: 'admin' },
  });

const NOT_ENTITLED = { ...SMALL_WORLD[0]?.data, entitled: false };

let herald: TestHerald;
let close: () => Promise<void> = async () => undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
  await close();
});

const begin = async (events: readonly object[], settings: Record<string, string> = {}): Promise<void> => {
  herald = await startTestHerald(settings);
  expect(await herald.publishAll([...SMALL_WORLD, ...events])).toMatchObject({ status: 202 });
  await herald.moveTo('2026-03-02T09:00:01Z');
};

const counts = async (date = MONDAY) => {
  await herald.settled();
  return (await herald.get<Coverage>(`/v1/coverage?date=${date}`)).body.counts;
};

const named = async (state: string, date = MONDAY) =>
  (await herald.get<Coverage>(`/v1/coverage?date=${date}&state=${state}`)).body.items ?? [];

/** The agenda offers only such decisions, and all mails, until it is restored. */
const offerDecisions = (isOffered: (document: AgendaDocument) => boolean): void => {
  vi.restoreAllMocks();
  const agenda = herald.herald.app.get(DueAgenda);
  const due = agenda.due.bind(agenda);
  vi.spyOn(agenda, 'due').mockImplementation((lane, now, limit, wanted) =>
    due(lane, now, limit, (document) => wanted(document) && (lane !== 'decision' || isOffered(document))),
  );
};

/** The agenda offers nothing until it is restored. */
const breakDecisions = () =>
  vi.spyOn(herald.herald.app.get(DueAgenda), 'due').mockImplementation(async () => []);

describe('What became of an expected decision', () => {
  it('is what the mail server said: taken, refused, in doubt, or waiting for the next attempt', async () => {
    const faults: Readonly<Record<string, Fault>> = {
      'ben@nordlicht.example': { reply: '550 5.1.1 no such user' },
      'eve@nordlicht.example': 'drop',
      'max@nordlicht.example': { reply: '451 4.7.1 later' },
    };
    const smtp = await startFaultySmtp(({ stage, to }) =>
      stage === (faults[to] === 'drop' ? 'dot' : 'RCPT') ? faults[to] : undefined,
    );
    ({ close } = smtp);
    await begin([user('eve'), user('max'), POST], { HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
    await herald.moveTo(SLOT);
    expect(await counts()).toMatchObject({
      ...{ expected: 4, decided: 4, raised: 4, withheld: 0 },
      ...{ sent: 1, undelivered: 1, unknown: 1, waiting: 1, shortfall: 0 },
      outcomes: { accepted: 1, deferred: 1, 'outcome-unknown': 1, rejected: 1 },
    });
    for (const [state, recipientId] of [
      ['sent', 'ada'],
      ['undelivered', 'ben'],
      ['unknown', 'eve'],
      ['waiting', 'max'],
    ] as const)
      expect(await named(state)).toMatchObject([{ recipientId }]);
  });

  it('may be that it was withheld, with the reason', async () => {
    await begin([ACCOUNT, preferences('ben', { accountExpiration: 'off' })]);
    await herald.moveTo(SLOT);
    expect(await counts()).toMatchObject({
      ...{ expected: 2, raised: 1, withheld: 1, missed: 0, withheldBy: { 'opted-out': 1 } },
    });
    expect(await named('withheld')).toMatchObject([{ recipientId: 'ben', reason: 'opted-out' }]);
  });

  it('may be that it came too late to be sent', async () => {
    await begin([ACCOUNT]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-11T10:00:00Z');
    broken.mockRestore();
    await herald.moveTo('2026-03-11T10:00:01Z');
    expect(await counts()).toMatchObject({ expected: 2, withheld: 2, missed: 2, shortfall: 0 });
  });

  it('may be that it came too late to be escalated', async () => {
    const optedOut = ['ada', 'ben'].map((userId) => preferences(userId, { accountExpiration: 'off' }));
    const { data, ...event } = SMALL_WORLD[0] as { data: object };
    const escalating = {
      ...event,
      id: 'escalating',
      data: { ...data, escalationEmail: 'contact@x.example' },
    };
    await begin([ACCOUNT, escalating, ...optedOut]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-11T10:00:00Z');
    broken.mockRestore();
    await herald.moveTo('2026-03-11T10:00:01Z');
    expect(await counts()).toMatchObject({ expected: 4, withheld: 4, missed: 4, shortfall: 0 });
    expect((await named('missed')).map(({ recipientId }) => recipientId).sort()).toEqual([
      ...['*escalation', '*nobody', 'ada', 'ben'],
    ]);
  });

  it('belongs to the partner at which the account was then', async () => {
    const other = anEvent('other', 'partner.registered', {
      ...{ partnerId: 'suedwind', solutionId: 'acme', name: 'Suedwind', timeZone: 'Europe/Berlin' },
    });
    const cleo = anEvent('cleo', 'partner-user.added', {
      ...{ userId: 'cleo', partnerId: 'suedwind', name: 'Cleo', email: 'cleo@s.example', role: 'admin' },
    });
    await begin([ACCOUNT, other, cleo]);
    await herald.moveTo('2026-03-10T09:00:00Z');
    const moved = { ...ACCOUNT.data, partnerId: 'suedwind' };
    await herald.publish({ ...ACCOUNT, id: 'moved', time: '2026-03-10T09:00:00Z', data: moved });
    await herald.moveTo('2026-03-16T09:00:00Z');
    const expected = async (query: string) => {
      await herald.settled();
      const { body } = await herald.get<Coverage>(`/v1/coverage?${query}&state=expected`);
      return body.items?.map(({ partnerId, recipientId }) => `${partnerId} ${recipientId}`).sort();
    };
    expect(await expected(`date=${MONDAY}`)).toEqual(['nordlicht ada', 'nordlicht ben']);
    expect(await expected(`date=${MONDAY}&partner=nordlicht`)).toEqual(['nordlicht ada', 'nordlicht ben']);
    expect(await expected(`date=${MONDAY}&partner=suedwind`)).toEqual([]);
    expect(await expected('date=2026-03-16')).toEqual(['suedwind cleo']);
    expect(await expected('date=2026-03-16&partner=nordlicht')).toEqual([]);
    const answersAt = async (person: string, at: string) => {
      const query = `person=${person}&rule=settings-update-required&at=${at}`;
      const { body } = await herald.get<WhyNot>(`/v1/why-not?${query}`);
      return body.answers.map(({ subject }) => subject.id);
    };
    expect(await answersAt('ada', SLOT)).toEqual(['fb-1']);
    expect(await answersAt('cleo', SLOT)).toEqual([]);
    expect(await answersAt('ada', '2026-03-16T08:00:00Z')).toEqual([]);
    expect(await answersAt('cleo', '2026-03-16T08:00:00Z')).toEqual(['fb-1']);
    expect(
      await herald.get(`/v1/why-not?person=cleo&account=fb-1&rule=settings-update-required&at=${SLOT}`),
    ).toMatchObject({
      ...{ status: 404, body: { detail: expect.stringContaining('fb-1 was not at suedwind') } },
    });
  });

  it('is no shortfall where its reason ended before it was late, and is one where it ended after that', async () => {
    await begin([ACCOUNT]);
    breakDecisions();
    const renewed = (id: string, time: string) => ({
      ...anEvent(id, 'social-account.authorisation-renewed', {
        ...{ accountId: 'fb-1', authorisationExpiresAt: '2026-06-20T12:00:00Z' },
      }),
      time,
    });
    await herald.moveTo('2026-03-09T08:20:00Z');
    await herald.publish(renewed('early', '2026-03-09T08:20:00Z'));
    await herald.moveTo('2026-03-09T09:00:00Z');
    expect(await counts()).toMatchObject({ expected: 2, lapsed: 2, shortfall: 0 });

    await herald.publish({
      ...anEvent('again', 'social-account.token-expiring', {
        ...{ accountId: 'fb-1', authorisationExpiresAt: '2026-03-20T12:00:00Z' },
      }),
      time: '2026-03-09T09:00:00Z',
    });
    await herald.moveTo('2026-03-16T08:40:00Z');
    await herald.publish(renewed('late', '2026-03-16T08:40:00Z'));
    await herald.moveTo('2026-03-16T09:00:00Z');
    expect(await counts('2026-03-16')).toMatchObject({ expected: 2, lapsed: 0, shortfall: 2 });
  });

  it('may be that a later digest covers it', async () => {
    await begin([
      POST,
      preferences('ada', { contentApproval: 'daily' }),
      preferences('ben', { contentApproval: 'off' }),
    ]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-09T12:00:00Z');
    expect(await counts('2026-03-03')).toMatchObject({ expected: 1, shortfall: 1 });
    broken.mockRestore();
    await herald.moveTo('2026-03-09T12:00:01Z');
    expect(await counts('2026-03-03')).toMatchObject({ expected: 1, coalesced: 1, shortfall: 0 });
    const [covered] = await named('coalesced', '2026-03-03');
    const { body } = await herald.get<{ slotDate: string }>(`/v1/notifications/${covered?.coveredBy}`);
    expect(JSON.stringify(body)).toContain(MONDAY);
  });

  it('may be that a later digest covers it, where both are withheld', async () => {
    await begin([
      POST,
      preferences('ada', { contentApproval: 'daily' }),
      preferences('ben', { contentApproval: 'off' }),
      {
        ...anEvent('not-entitled', 'solution.configured', { ...NOT_ENTITLED }),
        time: '2026-03-02T09:00:00Z',
      },
    ]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-05T12:00:00Z');
    expect(await counts('2026-03-04')).toMatchObject({ expected: 1, shortfall: 1 });
    broken.mockRestore();
    await herald.moveTo('2026-03-05T12:00:01Z');
    expect(await counts('2026-03-05')).toMatchObject({ expected: 1, withheldBy: { 'not-entitled': 1 } });
    expect(await counts('2026-03-04')).toMatchObject({ expected: 1, coalesced: 1, shortfall: 0 });
  });

  it.each([
    ['of nobody', {}, 'withheld'],
    [
      'of the escalation contact, where nobody can be told',
      { escalationEmail: 'help@acme.example' },
      'raised',
    ],
  ] as const)('may be that a later digest covers it: %s', async (_, escalation, decision) => {
    await begin([
      POST,
      preferences('ada', { contentApproval: 'off' }),
      preferences('ben', { contentApproval: 'off' }),
      anEvent('acme', 'solution.configured', { ...SMALL_WORLD[0]?.data, ...escalation }),
    ]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-17T12:00:00Z');
    expect((await counts())?.shortfall).toBeGreaterThan(0);
    broken.mockRestore();
    await herald.moveTo('2026-03-17T12:00:01Z');
    const { coalesced, shortfall } = (await counts()) ?? {};
    const { body } = await herald.get<{ items: { decision: string; slotDate: string }[] }>(
      '/v1/notifications',
    );
    expect(body.items).toContainEqual(expect.objectContaining({ decision, slotDate: '2026-03-16' }));
    expect([coalesced, shortfall]).toEqual([body.items.length, 0]);
  });

  it('may be that a later digest covers it, after many mails to the contact about single mails', async () => {
    const full = { reply: '550 5.2.2 mailbox full' };
    const server = await startFaultySmtp(({ stage, to }) =>
      stage === 'RCPT' && to.endsWith('@nordlicht.example') ? full : undefined,
    );
    close = server.close;
    const users = Array.from({ length: 25 }, (_, n) => `user-${n}`);
    const contact = { ...SMALL_WORLD[0]?.data, escalationEmail: 'help@acme.example' };
    const optedOut = (userId: string) => preferences(userId, { contentApproval: 'off' });
    await begin(
      [
        ...[...users.map(user), ...['ada', 'ben'].map(optedOut)],
        ...users.map((userId) => preferences(userId, { contentApproval: 'daily' })),
        anEvent('acme', 'solution.configured', contact),
      ],
      { HERALD_MAIL: `smtp://127.0.0.1:${server.port}` },
    );
    await herald.moveTo('2026-03-06T09:00:00Z');
    await herald.publish({ ...POST, time: '2026-03-06T09:00:00Z' });
    // Each digest is refused; its reader then opts out. The contact hears of it after Monday, at which nobody can be told.
    offerDecisions(({ kind }) => kind !== 'delivery');
    await herald.moveTo('2026-03-07T09:00:00Z');
    await herald.publishAll(
      users.map((userId) => ({ ...optedOut(userId), id: `off-${userId}`, time: '2026-03-07T09:00:00Z' })),
    );
    offerDecisions(() => false);
    await herald.moveTo('2026-03-10T12:00:00Z');
    offerDecisions(({ kind }) => kind === 'delivery');
    await herald.moveTo('2026-03-10T13:00:00Z');
    offerDecisions(() => false);
    await herald.moveTo('2026-03-17T12:00:00Z');
    vi.restoreAllMocks();
    await herald.moveTo('2026-03-17T12:00:01Z');
    await herald.settled();
    const { body } = await herald.get<{ items: { slotDate: string }[] }>(
      '/v1/notifications?recipient=help@acme.example&limit=200&order=oldest',
    );
    expect(body.items.map(({ slotDate }) => slotDate)).toEqual([
      ...users.map(() => '2026-03-07'),
      '2026-03-16',
    ]);
    expect(await counts()).toMatchObject({ expected: 2, coalesced: 2, shortfall: 0 });
  });

  it('is missing where a later digest was withheld and it would not have been', async () => {
    await begin([
      POST,
      preferences('ada', { contentApproval: 'daily' }),
      preferences('ben', { contentApproval: 'off' }),
    ]);
    const broken = breakDecisions();
    await herald.moveTo('2026-03-05T06:00:00Z');
    await herald.publish({
      ...anEvent('not-entitled', 'solution.configured', { ...NOT_ENTITLED }),
      time: '2026-03-05T06:00:00Z',
    });
    await herald.moveTo('2026-03-05T12:00:00Z');
    broken.mockRestore();
    await herald.moveTo('2026-03-05T12:00:01Z');
    expect(await counts('2026-03-03')).toMatchObject({ expected: 1, coalesced: 0, shortfall: 1 });
  });
});

it('A decision in the place of a superseded one is what became of the expected one', async () => {
  await begin([ACCOUNT]);
  const sending = (what: string) =>
    herald.post(`/v1/sending/${what}`, 'application/json', { reason: 'The mail has to wait.' });
  await sending('hold');
  await herald.moveTo(SLOT);
  expect(await counts()).toMatchObject({ raised: 2, waiting: 2 });
  const ada = { userId: 'ada', partnerId: 'nordlicht', email: 'ada@new.example' };
  await herald.publish({ ...anEvent('moved', 'partner-user.changed', ada), time: SLOT });
  await sending('release');
  await until(counts, (found) => found?.sent === 2);
  expect(await counts()).toMatchObject({ raised: 2, sent: 2, superseded: 0 });
  const all = (await herald.get<{ items: { outcome: string }[] }>('/v1/notifications')).body.items;
  expect(all.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'accepted', 'superseded']);
});
