import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

type Listed = { readonly items: readonly Readonly<Record<string, unknown>>[]; readonly next: string | null };

let herald: TestHerald;
let made = 0;
const tell = async (name: string, data: Readonly<Record<string, unknown>>, time = '2026-03-02T09:00:00Z') => {
  made += 1;
  const answer = await herald.publish({ ...anEvent(`partners-${made}`, name, data), time });
  expect(answer).toMatchObject({ status: 202 });
  await herald.settled();
};

const registered = (partnerId: string, solutionId: string, time?: string) =>
  tell('partner.registered', { partnerId, solutionId, name: partnerId, timeZone: 'Europe/Berlin' }, time);

const aurora = {
  ...{ solutionId: 'aurora', name: 'Aurora', entitled: true, timeZone: 'UTC', locale: 'en' },
  baseUrl: 'https://portal.aurora.example',
  sender: { name: 'Aurora', address: 'no-reply@aurora.example' },
  escalationEmail: 'help@aurora.example',
};

const list = async (path: string) => (await herald.get<Listed>(path)).body;
const idsOf = async (path: string) => (await list(path)).items.map(({ partnerId }) => partnerId);

beforeAll(async () => {
  herald = await startTestHerald();
  await tell('solution.configured', aurora);
  await registered('north', 'aurora');
  await registered('south', 'aurora');
  await registered('west', 'borealis');
  await tell('partner.left', { partnerId: 'south' });
});
afterAll(() => herald.stop());

describe('GET /v1/partners', () => {
  it('lists every partner with its solution, name, zone and status, in the order of the ids', async () => {
    const { items, next } = await list('/v1/partners');
    expect(next).toBeNull();
    const zone = { timeZone: 'Europe/Berlin' };
    expect(items).toEqual([
      { partnerId: 'north', solutionId: 'aurora', name: 'north', ...zone, status: 'registered' },
      { partnerId: 'south', solutionId: 'aurora', name: 'south', ...zone, status: 'left' },
      { partnerId: 'west', solutionId: 'borealis', name: 'west', ...zone, status: 'registered' },
    ]);
  });

  it('filters by solution and status, and pages', async () => {
    expect(await idsOf('/v1/partners?solution=aurora')).toEqual(['north', 'south']);
    expect(await idsOf('/v1/partners?solution=aurora&status=left')).toEqual(['south']);
    expect(await idsOf('/v1/partners?solution=nothing')).toEqual([]);
    const first = await list('/v1/partners?solution=aurora&limit=1');
    expect(await idsOf(`/v1/partners?solution=aurora&limit=1&after=${first.next}`)).toEqual(['south']);
  });

  it.each([
    ['a user', 'partner-user.added', { userId: 'u', name: 'U', email: 'u@x.example', role: 'admin' }],
    ['a preference', 'partner-user.preferences-changed', { userId: 'u', contentApproval: 'off' }],
    [
      'an account',
      'social-account.connected',
      { accountId: 'fb', network: 'facebook', kind: 'company', displayName: 'FB' },
    ],
    ['a decision on a post', 'post.approved', { postId: 'p' }],
    ['a Send Now', 'digest.requested', { userId: 'u' }],
    ['its zone', 'partner.zone-changed', { timeZone: 'Asia/Tokyo' }],
    ['that it left', 'partner.left', {}],
  ])('has a partner of which it knows only %s as unregistered', async (what, name, data) => {
    const partnerId = `unknown ${what}`.replaceAll(' ', '-');
    await tell(name, { partnerId, ...data });
    const { status, body } = await herald.get(`/v1/partners/${partnerId}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { partnerId, status: 'unregistered' } });
    expect(await idsOf('/v1/partners?status=unregistered')).toContain(partnerId);
  });

  it('follows a partner that moves to another solution, by the time of the events', async () => {
    await registered('mover', 'borealis', '2026-03-02T08:00:00Z');
    await registered('mover', 'aurora', '2026-03-02T08:30:00Z');
    await registered('mover', 'borealis', '2026-03-02T08:15:00Z');
    expect(await idsOf('/v1/partners?solution=aurora&status=registered')).toEqual(['mover', 'north']);
    expect(await idsOf('/v1/partners?solution=borealis')).toEqual(['west']);
  });

  it('answers one by its id, and 404 for an unknown one', async () => {
    expect((await herald.get('/v1/partners/west')).body).toMatchObject({ solutionId: 'borealis' });
    const missing = await herald.get<ProblemBody>('/v1/partners/nobody');
    expect(missing).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

describe('GET /v1/solutions', () => {
  it('lists solutions with their settings, and those that partners are in but nobody configured', async () => {
    const { items } = await list('/v1/solutions');
    expect(items).toMatchObject([
      { ...aurora, status: 'configured', policies: { sendAt: '09:00' } },
      { solutionId: 'borealis', status: 'unconfigured' },
    ]);
    expect((await list('/v1/solutions?status=unconfigured')).items).toHaveLength(1);
  });

  it('answers one by its id with the settings in force, and 404 for an unknown one', async () => {
    await tell('solution.configured', { ...aurora, name: 'Old' }, '2026-03-01T00:00:00Z');
    expect((await herald.get('/v1/solutions/aurora')).body).toMatchObject({ name: 'Aurora' });
    const missing = await herald.get<ProblemBody>('/v1/solutions/nothing');
    expect(missing).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('shows nothing that only its projection needs', async () => {
    for (const path of ['/v1/solutions', '/v1/partners'])
      for (const item of (await list(path)).items)
        expect(Object.keys(item)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(state|position|id)$/)]),
        );
  });
});
