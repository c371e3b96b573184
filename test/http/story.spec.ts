import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import { type Entry, everyPage, type Page, playedHerald, wholeHistory } from './eight-weeks.js';
import { HEARD } from './heard.js';
import type { TestHerald } from './herald.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
});
afterAll(() => herald.stop());

const ZONES: Readonly<Record<string, string>> = {
  'haus-linden': 'Europe/Berlin',
  'hudson-glow': 'America/New_York',
  'sakura-spa': 'Asia/Tokyo',
  'lakeside-gear': 'America/Chicago',
};

/** The clock of the partner at that moment: Hudson Glow moves to Los Angeles on 20 February. */
const onTheWall = ({ partnerId, decidedAt }: Entry): string => {
  const isInLosAngeles = partnerId === 'hudson-glow' && decidedAt >= '2026-02-20T18:00:00.000Z';
  const zone = isInLosAngeles ? 'America/Los_Angeles' : (ZONES[partnerId] ?? '');
  const wall = Temporal.Instant.from(decidedAt).toZonedDateTimeISO(zone).toPlainDateTime();
  return wall.toString({ smallestUnit: 'minute' }).replace('T', ' ');
};

const about = ({ accountId, partnerId }: Entry) => accountId ?? partnerId;

const textOf = async (who: string, rule: string, wall: string): Promise<string> => {
  const entry = all.find((one) => one.recipientId === who && one.rule === rule && onTheWall(one) === wall);
  const path = `/v1/notifications/${entry?.notificationId}`;
  return (await herald.get<NotificationDetails>(path)).body.mail?.text ?? '';
};

describe('the eight weeks of samples/README.md', () => {
  it.each(HEARD)('$who, $rule of $about', ({ who, rule, about: subject, withheld, at }) => {
    const entries = all.filter(
      (one) => one.recipientId === who && one.rule === rule && about(one) === subject,
    );
    expect(entries.map(onTheWall)).toEqual(at);
    for (const { reason, outcome } of entries)
      expect({ reason, outcome }).toEqual({ reason: withheld, outcome: withheld ? 'withheld' : 'accepted' });
  });

  it('nobody is notified of anything else', () => {
    expect(all).toHaveLength(HEARD.reduce((sum, { at }) => sum + at.length, 0));
  });

  it('nobody is notified late', () => {
    expect(all.filter(({ lateByMs }) => lateByMs !== 0)).toEqual([]);
  });

  it('the escalation contact hears in place of Dana, and of nothing else', () => {
    const escalated = all.filter(({ escalation }) => escalation);
    expect(escalated).toHaveLength(4);
    for (const entry of escalated)
      expect(entry).toMatchObject({
        ...{ recipientEmail: 'partner-success@aurora.example', accountId: 'x-dana' },
      });
  });
});

describe('the digests', () => {
  it.each([
    ['greta', '2026-01-12 09:00', 'Winter care in three steps', 'Why we test every batch twice'],
    ['greta', '2026-01-26 09:00', 'The five-minute evening routine', 'Meet the chemist'],
    ['olivia', '2026-01-19 09:00', 'Spring Launch: save the date', 'Dry air, happy skin'],
    ['olivia', '2026-02-16 09:00', 'Spring Dew: one week to go', 'Spring Dew meets the city'],
    ['marcus', '2026-02-01 09:00', 'Ask us anything: sensitive skin', 'Dry air, happy skin'],
    ['marcus', '2026-03-01 09:00', 'Spring Dew, now in Los Angeles', 'What your skin does while you sleep'],
  ])('of %s at %s shows %j and not %j', async (who, wall, shown, hidden) => {
    const text = await textOf(who, 'content-needs-approval', wall);
    expect(text).toContain(shown);
    expect(text).not.toContain(hidden);
  });

  it('Send Now brings Greta two new posts', async () => {
    const text = await textOf('greta', 'content-needs-approval', '2026-01-15 12:00');
    expect(text.match(/^\* .+$/gm)).toEqual([
      ...['* A first look at the spring collection', '* Behind the scenes: the spring shoot'],
    ]);
  });

  it('Send Now tells Olivia that there is nothing new', async () => {
    const text = await textOf('olivia', 'no-social-media-content', '2026-01-28 11:00');
    expect(text).toContain('Nothing new in the Upcoming Posts of');
    expect(text.match(/^\* .+$/gm)).toBeNull();
  });
});

type Item = Readonly<Record<string, unknown>>;

const list = async (path: string, query: Readonly<Record<string, string>> = {}) =>
  (await everyPage<Item>(herald, path, query)).flat();

describe('the lists', () => {
  const people = (query: Readonly<Record<string, string>>) => list('/v1/people', { ...query, limit: '2' });

  it('of people, with what they chose', async () => {
    expect(await people({ partner: 'haus-linden' })).toMatchObject([
      { userId: 'felix', role: 'member', active: false, contentApproval: 'weekly' },
      { userId: 'greta', role: 'admin', active: true, email: 'greta.lindner@haus-linden.example' },
      { userId: 'jonas', role: 'admin', active: true, accountExpiration: 'off' },
      { userId: 'mira', role: 'member', active: true, contentApproval: 'daily' },
    ]);
    expect(await people({ person: 'dana' })).toMatchObject([{ partnerId: 'hudson-glow', active: false }]);
    expect(await people({ person: 'olivia@hudson-glow.example' })).toMatchObject([{ userId: 'olivia' }]);
    expect(await people({ person: 'olivia', partner: 'sakura-spa' })).toEqual([]);
    expect(await people({})).toHaveLength(12);
  });

  it('of social accounts, and how they stand', async () => {
    const accounts = await list('/v1/social-accounts', { limit: '3' });
    expect(Object.fromEntries(accounts.map(({ accountId, status }) => [accountId, status]))).toEqual({
      ...{ 'fb-haus-linden': 'connected', 'li-haus-linden': 'connected', 'li-mira': 'expiring' },
      ...{ 'ig-hudson-glow': 'connected', 'x-dana': 'ended', 'x-sakura-spa': 'removed' },
      ...{ 'ig-sakura-spa': 'ended', 'fb-lakeside-gear': 'ended' },
    });
    for (const status of ['connected', 'expiring', 'ended', 'removed', 'unknown'])
      expect(await list('/v1/social-accounts', { status })).toEqual(
        accounts.filter((account) => account.status === status),
      );
    expect(await list('/v1/social-accounts', { owner: 'mira' })).toMatchObject([{ accountId: 'li-mira' }]);
    expect(await list('/v1/social-accounts', { owner: 'mira', partner: 'sakura-spa' })).toEqual([]);
  });

  it('of posts, and what was decided', async () => {
    const posts = await list('/v1/approval-queues', { limit: '9' });
    expect(posts).toHaveLength(28);
    const withStatus = async (status: string) => list('/v1/approval-queues', { status });
    for (const status of ['waiting', 'approved', 'rejected', 'withdrawn'])
      expect(await withStatus(status)).toEqual(posts.filter((post) => post.status === status));
    expect((await withStatus('withdrawn')).map(({ postId }) => postId)).toEqual(['post-106', 'post-117']);
    expect(await list('/v1/approval-queues', { partner: 'lakeside-gear' })).toMatchObject([
      { postId: 'post-127', status: 'waiting', title: 'Layer up: the cold-lake guide' },
      { postId: 'post-128', status: 'approved' },
    ]);
  });

  it('show nothing that is only for Herald', async () => {
    for (const path of ['/v1/notifications', '/v1/people', '/v1/social-accounts', '/v1/approval-queues'])
      for (const item of await list(path))
        for (const inner of ['id', 'position', 'state']) expect(item, path).not.toHaveProperty(inner);
  });
});

// the last: it moves the clock on
describe('the agenda', () => {
  interface Agenda extends Page<Item> {
    readonly now: string;
    readonly until: string;
  }

  it('shows what comes next, and it happens', async () => {
    const { body } = await herald.get<Agenda>('/v1/agenda?days=7');
    expect(body).toMatchObject({ now: '2026-03-02T18:00:00.000Z', until: '2026-03-09T18:00:00.000Z' });
    const planned = body.items.filter(({ what }) => what === 'decision');
    expect(planned.map(({ at, rule, accountId }) => [at, rule, accountId])).toEqual([
      ['2026-03-04T09:00:00.000Z', 'account-expired', 'li-mira'],
      ['2026-03-04T17:00:00.000Z', 'account-expired', 'x-dana'],
      ['2026-03-06T00:00:00.000Z', 'account-expired', 'ig-sakura-spa'],
    ]);
    expect((await herald.moveTo(body.until)).status).toBe(200);
    await herald.settled();
    const since = (await wholeHistory(herald)).slice(all.length);
    expect([...new Set(since.map(({ decidedAt, accountId }) => `${decidedAt} ${accountId}`))]).toEqual(
      planned.map(({ at, accountId }) => `${at} ${accountId}`),
    );
  });
});
