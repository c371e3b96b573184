import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgendaItem, AgendaPage } from '../../src/application/audit/get-agenda.js';
import { everyPage } from './eight-weeks.js';
import { anEvent } from './events.js';
import { JSON_TYPE, startTestHerald, type TestHerald } from './herald.js';

let herald: TestHerald;

const partner = (partnerId: string, solutionId: string, timeZone: string) => [
  anEvent(`partner ${partnerId}`, 'partner.registered', { partnerId, solutionId, name: partnerId, timeZone }),
  anEvent(`user ${partnerId}`, 'partner-user.added', {
    ...{ userId: 'ada', partnerId, name: 'Ada', email: `ada@${partnerId}.example`, role: 'admin' },
  }),
  anEvent(`account ${partnerId}`, 'social-account.connected', {
    ...{ accountId: `page-${partnerId}`, partnerId, network: 'x', kind: 'company', displayName: 'P' },
    authorisationExpiresAt: '2026-04-10T12:00:00Z',
  }),
];

const solution = (solutionId: string) =>
  anEvent(`solution ${solutionId}`, 'solution.configured', {
    ...{ solutionId, name: solutionId, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    baseUrl: `https://${solutionId}.example`,
    sender: { name: solutionId, address: `no-reply@${solutionId}.example` },
  });

beforeAll(async () => {
  herald = await startTestHerald();
  const { status } = await herald.publishAll([
    ...[solution('acme'), solution('zenith')],
    ...partner('berlin', 'acme', 'Europe/Berlin'),
    ...partner('tokyo', 'acme', 'Asia/Tokyo'),
    ...partner('lima', 'zenith', 'America/Lima'),
  ]);
  expect(status).toBe(202);
  await herald.settled();
});
afterAll(() => herald.stop());

const agenda = async (query: string): Promise<readonly AgendaItem[]> =>
  (await herald.get<AgendaPage>(`/v1/agenda?days=60${query}`)).body.items;

const partnersOf = (items: readonly AgendaItem[]) =>
  [...new Set(items.map(({ partnerId }) => partnerId))].sort();

describe('GET /v1/agenda', () => {
  it('filters by partner, by solution, and by both', async () => {
    expect(partnersOf(await agenda(''))).toEqual(['berlin', 'lima', 'tokyo']);
    expect(partnersOf(await agenda('&partner=tokyo'))).toEqual(['tokyo']);
    expect(partnersOf(await agenda('&solution=acme'))).toEqual(['berlin', 'tokyo']);
    expect(partnersOf(await agenda('&solution=acme&partner=berlin'))).toEqual(['berlin']);
    expect(await agenda('&solution=zenith&partner=berlin')).toEqual([]);
    expect(await agenda('&partner=nobody')).toEqual([]);
  });

  it('has the time of each item in the zone of its partner, across summer time', async () => {
    const remindersOf = async (partnerId: string) =>
      (await agenda(`&partner=${partnerId}`)).filter(({ rule }) => rule === 'settings-update-required');
    const nine = (date: string, zone: string) => ({ date, time: '09:00', zone });
    expect(await remindersOf('berlin')).toMatchObject([
      { at: '2026-03-23T08:00:00.000Z', local: nine('2026-03-23', 'Europe/Berlin') },
    ]);
    expect(await remindersOf('tokyo')).toMatchObject([
      { at: '2026-03-23T00:00:00.000Z', local: nine('2026-03-23', 'Asia/Tokyo') },
    ]);
    // Berlin changes its clocks on 2026-03-29.
    const ends = (await agenda('&partner=berlin')).filter(({ rule }) => rule === 'account-expired');
    expect(ends).toMatchObject([{ at: '2026-04-10T12:00:00.000Z', local: { time: '14:00' } }]);
  });

  it('is read in pages', async () => {
    const all = await agenda('&solution=acme');
    const read: AgendaItem[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages += 1) {
      expect(pages).toBeLessThan(20);
      const after: string = next && `&after=${next}`;
      const { body }: { body: AgendaPage } = await herald.get(
        `/v1/agenda?days=60&solution=acme&limit=1${after}`,
      );
      read.push(...body.items);
      next = body.next;
    }
    expect(read.map((item) => JSON.stringify(item)).sort()).toEqual(
      all.map((item) => JSON.stringify(item)).sort(),
    );
  });

  it('is ordered by time within a page, and its pages by the first moments on them, as its description says', async () => {
    const pages = await everyPage<AgendaItem>(herald, '/v1/agenda', { days: '60', limit: '1' });
    const times = pages.map((items) => items.map(({ at }) => at));
    for (const page of times) expect(page).toEqual([...page].sort());
    const firsts = times.map(([first]) => first);
    expect(firsts).toEqual([...firsts].sort());
    // An account has several moments, and those of the next account may lie between them.
    expect(times.flat()).not.toEqual([...times.flat()].sort());
    const { text } = await herald.get('/docs-json');
    expect(text).toContain('a later page may have moments before the last ones of this page');
  });

  it('has mails that wait with the partner whose they are', async () => {
    const held = await herald.post('/v1/sending/hold', JSON_TYPE, { reason: 'A test' });
    expect(held.status).toBe(200);
    await herald.publish(
      anEvent('over', 'social-account.token-invalidated', { accountId: 'page-tokyo', reason: 'Over.' }),
    );
    await herald.moveTo('2026-03-02T09:01:00.000Z');
    await herald.settled();
    const mails = (await agenda('&partner=tokyo')).filter(({ what }) => what === 'delivery');
    expect(mails).toMatchObject([{ rule: 'account-expired', partnerId: 'tokyo', solutionId: 'acme' }]);
    expect((await agenda('&partner=berlin')).filter(({ what }) => what === 'delivery')).toEqual([]);
  });
});
