import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonHistoryAnswer } from '../../src/application/audit/people/get-person-history.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { MAX_PERSON_CHANGES } from '../../src/domain/bounds.js';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

const partnerId = 'nordlicht';
const ada = { userId: 'ada', partnerId };

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    ...SMALL_WORLD,
    anEvent('account', 'social-account.connected', {
      ...{ accountId: 'fb', partnerId, network: 'x', kind: 'company', displayName: 'Fb' },
    }),
  ]);
  // Expired accounts: Ada gets a mail at her first address, then moves and opts out.
  await herald.publish(
    anEvent('refused', 'social-account.token-invalidated', { accountId: 'fb', reason: 'Over.' }),
  );
  await herald.moveTo('2026-03-03T09:00:00.000Z');
  const at = { time: '2026-03-03T09:00:00Z' };
  await herald.publish({
    ...anEvent('move', 'partner-user.changed', { ...ada, email: 'Ada.New@Nordlicht.Example' }),
    ...at,
  });
  await herald.publish({
    ...anEvent('opt-out', 'partner-user.preferences-changed', { ...ada, accountExpiration: 'off' }),
    ...at,
  });
  await herald.moveTo('2026-03-10T09:00:00.000Z');
  const link = herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId, userId: 'ada' });
  await herald.send(new URL(link).pathname, { method: 'POST' });
  await herald.settled();
});
afterAll(() => herald.stop());

const personHistory = (path: string) => herald.get<PersonHistoryAnswer>(`/v1/people/${path}/history`);
const notifications = async (query: string) =>
  (
    await herald.get<{
      items: { notificationId: string; recipientId: string; recipientEmail: string; reason?: string }[];
    }>(`/v1/notifications?${query}`)
  ).body.items;

describe('the history of a person', () => {
  it('has who changed what, when and by which event', async () => {
    const { body } = await personHistory('ada');
    expect(body.person).toEqual({ ...ada, name: 'ada', email: 'Ada.New@Nordlicht.Example' });
    expect(body.items.map(({ type, sourceId, via, changes }) => [type, sourceId, via, changes])).toEqual([
      [
        ...['PartnerUserAdded', 'ada', undefined],
        expect.arrayContaining([
          { field: 'email', to: 'ada@nordlicht.example' },
          { field: 'present', from: false, to: true },
        ]),
      ],
      [
        ...['PartnerUserChanged', 'move', undefined],
        [{ field: 'email', from: 'ada@nordlicht.example', to: 'Ada.New@Nordlicht.Example' }],
      ],
      ['PreferencesChanged', 'opt-out', undefined, [{ field: 'accountExpiration', to: 'off' }]],
      ['PreferencesChanged', undefined, 'unsubscribe-link', [{ field: 'contentApproval', to: 'off' }]],
    ]);
    expect(body.items.at(-1)).toMatchObject({
      actor: 'unsubscribe:ada',
      recordedAt: '2026-03-10T09:00:00.000Z',
    });
    expect(body.more).toBe(false);
  });

  it('is found by every address they ever had, in any case', async () => {
    const expected = (await personHistory('ada')).body;
    for (const address of ['ADA@nordlicht.example', 'ada.new@nordlicht.example'])
      expect((await personHistory(address)).body).toEqual(expected);
    expect(await herald.get<ProblemBody>('/v1/people/x@y.example/history')).toMatchObject({
      ...{ status: 404, body: { code: 'not-found' } },
    });
  });
});

describe('the bound of a history', () => {
  it('is read in pages, from the latest to the oldest', async () => {
    const { items } = (await personHistory('ada')).body;
    const pages: unknown[][] = [];
    let after = '';
    for (;;) {
      const path = `/v1/people/ada/history?limit=2${after && `&after=${after}`}`;
      const { body } = await herald.get<PersonHistoryAnswer>(path);
      expect(body.more).toBe(body.next !== null);
      pages.unshift([...body.items]);
      if (body.next === null) break;
      after = body.next;
    }
    expect(pages.length).toBe(Math.ceil(items.length / 2));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(items);
    expect(await herald.get('/v1/people/ada/history?after=x')).toMatchObject({
      ...{ status: 400, body: { code: 'invalid-cursor' } },
    });
  });

  it(`is ${MAX_PERSON_CHANGES} changes: the older ones are left out`, async () => {
    const renamed = (n: number) => ({
      ...anEvent(`ben-${n}`, 'partner-user.changed', { userId: 'ben', partnerId, name: `Ben ${n}` }),
    });
    const events = Array.from({ length: MAX_PERSON_CHANGES }, (_, n) => renamed(n));
    await herald.publishAll(events.slice(1));
    await herald.settled();
    const full = (await personHistory('ben')).body;
    expect([full.items.length, full.more, full.items[0]?.sourceId]).toEqual([
      MAX_PERSON_CHANGES,
      false,
      'ben',
    ]);
    await herald.publish(renamed(MAX_PERSON_CHANGES));
    const more = (await personHistory('ben')).body;
    expect([more.items.length, more.more, more.items.at(-1)?.sourceId]).toEqual([
      ...[MAX_PERSON_CHANGES, true, `ben-${MAX_PERSON_CHANGES}`],
    ]);
  });
});

describe('a person is known by every address they ever had, in any case', () => {
  it('to the filter of history', async () => {
    const byId = await notifications('recipient=ada');
    expect(byId.length).toBeGreaterThan(1);
    for (const address of ['Ada@Nordlicht.example', 'ada.new@nordlicht.example'])
      expect(await notifications(`recipient=${address}&partner=${partnerId}`)).toEqual(byId);
  });

  it('to the list of people', async () => {
    for (const person of ['ada', 'ADA@nordlicht.example', 'ada.new@nordlicht.example'])
      expect((await herald.get(`/v1/people?person=${person}`)).body).toMatchObject({
        ...{ items: [{ userId: 'ada' }], next: null },
      });
  });

  it('to why-not, also of a moment before', async () => {
    const query = 'rule=account-expired&account=fb&person=ADA@nordlicht.example&at=2026-03-02T09:30:00Z';
    const answer = await herald.get<{ person: { userId: string } }>(`/v1/why-not?${query}`);
    expect(answer).toMatchObject({ status: 200, body: { person: { userId: 'ada' } } });
  });

  it('unless several people had it', async () => {
    const email = 'ada@nordlicht.example';
    await herald.publish({
      ...anEvent('shared', 'partner-user.added', {
        userId: 'zoe',
        partnerId,
        name: 'Zoe',
        email,
        role: 'member',
      }),
    });
    await herald.settled();
    expect(await herald.get<ProblemBody>(`/v1/people/${email}/history`)).toMatchObject({
      ...{ status: 400, body: { code: 'person-ambiguous', errors: [{ field: 'person' }] } },
    });
    const sent = await notifications(`recipient=${email}`);
    expect(new Set(sent.map(({ recipientEmail }) => recipientEmail))).toEqual(new Set([email]));
  });
});

describe('why', () => {
  const whyOf = async (query: string) => {
    const [entry] = await notifications(query);
    return (await herald.get<Why>(`/v1/notifications/${entry?.notificationId}/why`)).body;
  };

  it('names the event by which somebody opted out, and who reported it', async () => {
    const why = await whyOf('recipient=ada&reason=opted-out');
    expect(why.sentence).toContain(
      'That was chosen at 2026-03-03T09:00:00.000Z by the platform (event opt-out of /test)',
    );
    expect(why.person.preference).toMatchObject({ sourceId: 'opt-out' });
    expect(why.causes.at(-1)).toMatchObject({ type: 'PreferencesChanged', sourceId: 'opt-out' });
    expect(why.recomputed.agrees).toBe(true);
    const { body } = await herald.get<{ answers: { sentence: string }[] }>(
      '/v1/why-not?person=ada&partner=nordlicht&rule=account-expired&account=fb',
    );
    expect(body.answers[0]?.sentence).toContain('by the platform (event opt-out of /test)');
    const digest = await herald.get('/v1/why-not?person=ada&rule=content-needs-approval');
    expect(digest.text).toContain('That was chosen at 2026-03-10T09:00:00.000Z by the link in a mail');
  });

  it('has the address as it was, and who changed it since', async () => {
    const why = await whyOf('recipient=ada&order=oldest&limit=1');
    expect(why.sentence).toContain('ada <ada@nordlicht.example> was notified');
    expect(why.sentence).toContain(
      'Their address was changed to Ada.New@Nordlicht.Example at 2026-03-03T09:00:00.000Z by the platform (event move of /test)',
    );
    expect(why.person).toMatchObject({
      addressGiven: { sourceId: 'ada' },
      addressChanged: { sourceId: 'move' },
    });
    expect(why.person.preference).toBeUndefined();
  });
});
