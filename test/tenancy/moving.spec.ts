import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import {
  AURORA,
  liveThroughTwoWeeks,
  publishAndSettle,
  registered,
  told,
  user,
  ZEPHYR,
} from './two-suppliers.js';

interface Entry {
  readonly notificationId: string;
  readonly partnerId: string;
  readonly solutionId: string;
  readonly outcome: string;
  readonly detail?: string;
}

let herald: TestHerald;
let unbound: KeyClient;
let aurora: KeyClient;
let zephyr: KeyClient;
/** What was decided about the partner while it was in zephyr: one that was sent, and one that was not sent any more. */
let before: readonly Entry[];

const post = async (path: string, body: object) => {
  const { status } = await herald.post(path, JSON_TYPE, body);
  expect({ path, status }).toEqual({ path, status: 200 });
};

const decisions = async (who: Pick<KeyClient, 'get'>): Promise<readonly Entry[]> =>
  (await who.get<{ items: readonly Entry[] }>('/v1/notifications?partner=mover&limit=200')).body.items;

beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    registered('mover', ZEPHYR),
    user('mia', 'mover', 'mia@mover.example'),
    told('social-account.connected', {
      ...{
        accountId: 'mover-page',
        partnerId: 'mover',
        network: 'x',
        displayName: '@mover',
        kind: 'company',
      },
      authorisationExpiresAt: '2026-03-12T12:00:00Z',
    }),
  ]);
  await liveThroughTwoWeeks(herald);
  await post('/v1/sending/hold', { reason: 'The mail server is moved.' });
  await herald.moveTo('2026-03-19T13:00:00Z');
  const at = '2026-03-19T13:00:00Z';
  await publishAndSettle(herald, registered('mover', AURORA, at));
  const moved = { userId: 'mia', partnerId: 'mover', email: 'mia@aurora.example' };
  await publishAndSettle(herald, told('partner-user.changed', moved, at));
  await post('/v1/sending/release', { reason: 'It is back.' });
  await herald.moveTo('2026-03-19T13:05:00Z');
  await herald.settled();
  const auditor = (solution: string) => ({ role: 'auditor', solutions: [solution] }) as const;
  const keys = await herald.withKeys({ aurora: auditor(AURORA), zephyr: auditor(ZEPHYR) });
  ({ admin: unbound, aurora, zephyr } = keys);
  before = (await decisions(unbound)).filter(({ solutionId }) => solutionId === ZEPHYR);
});
afterAll(() => herald.stop());

describe('A partner that has moved to another solution', () => {
  it('had decisions in the first one: sent ones, and one that was superseded after the move', () => {
    expect(before.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['accepted', 'superseded']));
    expect(before.find(({ outcome }) => outcome === 'superseded')?.detail).toContain('mia@aurora.example');
  });

  it.each([
    '/v1/partners?limit=200',
    '/v1/people?limit=200',
    '/v1/people?person=mia',
    '/v1/people?person=mia@mover.example',
    '/v1/people?person=mia@aurora.example',
    '/v1/social-accounts?limit=200',
    '/v1/people/mia/history',
    '/v1/partners/mover',
    '/v1/partners/mover/history',
    '/v1/why-not?person=mia&rule=account-expired',
    '/v1/agenda?days=60',
    '/v1/coverage?date=2026-03-26&state=expected',
  ])('is read in %s by who covers its solution now, and by nobody else', async (path) => {
    expect((await aurora.get(path)).text).toContain('mover');
    expect((await zephyr.get(path)).text.replace(/person=\S+/g, '')).not.toMatch(
      /"mover|mover-page|@mover|mia of/,
    );
  });

  it('keeps its decisions with the solution that they were made in', async () => {
    expect((await decisions(zephyr)).map(({ notificationId }) => notificationId)).toEqual(
      before.map(({ notificationId }) => notificationId),
    );
    const ofAurora = await decisions(aurora);
    expect(ofAurora.length).toBeGreaterThan(0);
    expect(new Set(ofAurora.map(({ solutionId }) => solutionId))).toEqual(new Set([AURORA]));
    for (const { notificationId } of before)
      expect((await aurora.get(`/v1/notifications/${notificationId}`)).status).toBe(404);
  });

  it('tells nothing of the old solution in the histories that came along', async () => {
    for (const path of ['partners/mover', 'social-accounts/mover-page']) {
      const { status, text } = await aurora.get(`/v1/${path}/history`);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toContain(ZEPHYR);
      expect((await zephyr.get(`/v1/${path}/history`)).status).toBe(404);
    }
    expect((await unbound.get('/v1/partners/mover/history')).text).toContain(`"solutionId":"${ZEPHYR}"`);
    expect((await aurora.get('/v1/partners/mover/history')).text).toContain(`"solutionId":"${AURORA}"`);
  });

  it('tells nothing of the new solution to who reads the old decisions', async () => {
    expect(JSON.stringify(await decisions(zephyr))).not.toContain(AURORA);
    for (const { notificationId } of before)
      for (const tail of ['', '/why', '/verify']) {
        const { status, text } = await zephyr.get(`/v1/notifications/${notificationId}${tail}`);
        expect(status).toBe(200);
        expect(text).not.toContain(AURORA);
      }
    const superseded = before.find(({ outcome }) => outcome === 'superseded')?.notificationId;
    const why = await zephyr.get<{ sentence: string }>(`/v1/notifications/${superseded}/why`);
    expect(why.body.sentence).toContain('The partner has moved to another solution since');
  });

  it('has no last decision of the old solution in a why-not of the new one', async () => {
    const asked = '/v1/why-not?person=mia&rule=settings-update-required';
    const ids = before.map(({ notificationId }) => notificationId);
    const last = async (who: Pick<KeyClient, 'get'>) =>
      (await who.get<{ answers: { last?: Entry }[] }>(asked)).body.answers[0]?.last?.notificationId;
    expect(ids).toContain(await last(unbound));
    expect(await last(aurora)).toBeUndefined();
  });

  // A question about an account and a notification that is about none is refused before anything is looked up.
  it.each([
    ['account-expired', 404],
    ['content-needs-approval', 400],
  ])(
    'is not explained to the new solution as of a moment when it was in the old one: %s',
    async (rule, aboutAnAccount) => {
      const asked = `/v1/why-not?person=mia&rule=${rule}&at=2026-03-15T12:00:00Z`;
      expect((await unbound.get(asked)).text).toContain(ZEPHYR);
      const [mia, unheard] = [await aurora.get(asked), await aurora.get(asked.replace('mia', 'unheard'))];
      expect(mia.status).toBe(404);
      expect(mia.text.replace('mia', 'unheard')).toBe(unheard.text);
      expect((await aurora.get(`${asked}&account=mover-page`)).status).toBe(aboutAnAccount);
    },
  );

  it('is covered on an earlier date in the solution that it was in', async () => {
    const asked = '/v1/coverage?date=2026-03-12&partner=mover&state=expected';
    const covered = async (who: Pick<KeyClient, 'get'>) =>
      (await who.get<{ items: Entry[] }>(asked)).body.items;
    expect((await covered(unbound)).map(({ solutionId }) => solutionId)).toContain(ZEPHYR);
    expect(await covered(aurora)).toEqual([]);
    expect(await covered(zephyr)).toEqual([]);
  });
});
