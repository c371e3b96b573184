import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/application/audit/history/get-summary.js';
import type { PersonHistoryAnswer } from '../../src/application/audit/people/get-person-history.js';
import type { WhyNot } from '../../src/application/audit/why/ask-why-not.js';
import { type Entry, everyPage } from './eight-weeks.js';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

const partner = (partnerId: string) =>
  anEvent(`partner ${partnerId}`, 'partner.registered', {
    ...{ partnerId, solutionId: 'acme', name: partnerId, timeZone: 'Europe/Berlin' },
  });

const user = (userId: string, partnerId: string, email: string) =>
  anEvent(`user ${userId} of ${partnerId}`, 'partner-user.added', {
    ...{ userId, partnerId, name: `${userId} of ${partnerId}`, email, role: 'admin' },
  });

const endedAccount = (accountId: string, partnerId: string) => [
  anEvent(`account ${accountId}`, 'social-account.connected', {
    ...{ accountId, partnerId, network: 'x', kind: 'company', displayName: accountId },
  }),
  anEvent(`refused ${accountId}`, 'social-account.token-invalidated', { accountId, reason: 'Over.' }),
];

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  const { status } = await herald.publishAll([
    anEvent('solution', 'solution.configured', {
      ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
      baseUrl: 'https://portal.acme.example',
      sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
    }),
    ...[partner('corp'), partner('at@p')],
    user('u1@corp', 'corp', 'u1@mail.example'),
    // The address of one person is the user id of another.
    ...[user('bob@corp.example', 'corp', 'bob@mail.example'), user('cleo', 'corp', 'bob@corp.example')],
    user('dora@corp.example', 'corp', 'dora@corp.example'),
    ...[user('ada@corp', 'at@p', 'ada@mail.example'), user('cleo', 'at@p', 'other-cleo@mail.example')],
    ...[user('eve', 'corp', 'eve@mail.example'), user('eve', 'at@p', 'Eve@Mail.Example')],
    ...[...endedAccount('page', 'corp'), ...endedAccount('acc@x', 'at@p')],
  ]);
  expect(status).toBe(202);
  await herald.moveTo('2026-03-10T09:00:00.000Z');
  await herald.settled();
});
afterAll(() => herald.stop());

type Asked = Readonly<Record<string, string>>;

/** Whose decisions are found, as `user id of partner`. */
const foundBy = async (query: Asked): Promise<readonly string[]> => {
  const entries = (await everyPage<Entry>(herald, '/v1/notifications', { ...query, limit: '2' })).flat();
  const { body } = await herald.get<Summary>(`/v1/notifications/summary?${new URLSearchParams(query)}`);
  expect(body.totals.decisions).toBe(entries.length);
  return [...new Set(entries.map(({ recipientId, partnerId }) => `${recipientId} of ${partnerId}`))].sort();
};

const historyOf = (person: string, query = '') =>
  herald.get<PersonHistoryAnswer & ProblemBody>(`/v1/people/${encodeURIComponent(person)}/history${query}`);

const whyNotOf = (person: string, query: Readonly<Record<string, string>> = {}) =>
  herald.get<WhyNot & ProblemBody>(
    `/v1/why-not?${new URLSearchParams({ person, rule: 'account-expired', ...query })}`,
  );

describe('A user id that looks like an address', () => {
  it.each([
    ['u1@corp', 'corp'],
    ['dora@corp.example', 'corp'],
    ['ada@corp', 'at@p'],
  ])('names its person: %s', async (userId, partnerId) => {
    const person = { userId, partnerId };
    for (const query of ['', `?partner=${encodeURIComponent(partnerId)}`])
      expect((await historyOf(userId, query)).body).toMatchObject({ person });
    expect((await whyNotOf(userId)).body).toMatchObject({ person });
    for (const filter of ['recipient', 'q'])
      expect(await foundBy({ [filter]: userId })).toEqual([`${userId} of ${partnerId}`]);
    const page = await herald.get(
      `/console/people/${encodeURIComponent(userId)}?partner=${encodeURIComponent(partnerId)}`,
    );
    expect(page.status).toBe(200);
    expect(page.text).toContain(`${userId} of ${partnerId}`);
  });

  it('is found only as it is written, and an address in any case', async () => {
    expect((await historyOf('U1@Corp')).status).toBe(404);
    expect(await foundBy({ recipient: 'U1@Corp' })).toEqual([]);
    for (const filter of ['recipient', 'q'])
      expect(await foundBy({ [filter]: 'U1@Mail.example' })).toEqual(['u1@corp of corp']);
  });
});

describe('The user id of one person that is an address of another', () => {
  const both = 'bob@corp.example';

  it('names neither of them alone, and the answer says how to name each', async () => {
    for (const answer of [await historyOf(both), await whyNotOf(both)]) {
      expect(answer).toMatchObject({
        ...{ status: 400, body: { code: 'person-ambiguous', errors: [{ field: 'partner' }] } },
      });
      expect(answer.body.detail).toContain('add partner=corp to mean the user id');
      expect(answer.body.detail).toContain('the other person, cleo at corp');
    }
  });

  it('names the user with its partner', async () => {
    const person = { userId: both, partnerId: 'corp' };
    expect((await historyOf(both, '?partner=corp')).body).toMatchObject({ person });
    expect((await whyNotOf(both, { partner: 'corp' })).body).toMatchObject({ person });
    expect((await historyOf('cleo', '?partner=corp')).body).toMatchObject({ person: { userId: 'cleo' } });
  });

  it('filters by the user alone, wherever it is asked', async () => {
    for (const query of [
      { recipient: both },
      { q: both },
      { recipient: both, partner: 'corp' },
    ] as readonly Asked[])
      expect(await foundBy(query)).toEqual([`${both} of corp`]);
    expect(await foundBy({ recipient: both, q: 'page' })).toEqual([`${both} of corp`]);
    expect(await foundBy({ recipient: both, q: 'cleo' })).toEqual([]);
  });
});

it('The address of a person does not find who has the same user id at another partner', async () => {
  expect(await foundBy({ recipient: 'cleo' })).toEqual(['cleo of at@p', 'cleo of corp']);
  for (const filter of ['recipient', 'q'])
    expect(await foundBy({ [filter]: 'other-cleo@mail.example' })).toEqual(['cleo of at@p']);
  expect(await foundBy({ recipient: 'other-cleo@mail.example', partner: 'corp' })).toEqual([]);
});

it('The address of one person at two partners finds both, also beside a search', async () => {
  const recipient = 'eve@mail.example';
  const atBoth = ['eve of at@p', 'eve of corp'];
  for (const query of [
    { recipient },
    { q: recipient },
    { recipient, q: 'EVE@mail.example' },
  ] as readonly Asked[])
    expect(await foundBy(query)).toEqual(atBoth);
  expect(await foundBy({ recipient, q: 'at@p' })).toEqual(['eve of at@p']);
  expect(await foundBy({ recipient, partner: 'corp' })).toEqual(['eve of corp']);
});

describe('A search finds', () => {
  const everybody = ['ada@corp of at@p', 'cleo of at@p', 'eve of at@p'];

  it('the id of an account that looks like an address', async () => {
    expect(await foundBy({ q: 'acc@x' })).toEqual(everybody);
  });

  it('the id of a partner that looks like an address', async () => {
    expect(await foundBy({ q: 'at@p' })).toEqual(everybody);
    expect(await foundBy({ q: 'at@p', recipient: 'ada@mail.example' })).toEqual(['ada@corp of at@p']);
    expect(await foundBy({ q: 'at@p', recipient: 'u1@mail.example' })).toEqual([]);
  });
});
