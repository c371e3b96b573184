import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgendaItem } from '../../src/application/audit/get-agenda.js';
import { agendaRows } from '../../src/infrastructure/console/agenda/agenda-page.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from '../tenancy/two-suppliers.js';
import { linksOf, opened, rowsOf } from './opened-page.js';

let herald: TestHerald;

const solution = (solutionId: string) =>
  anEvent(`solution ${solutionId}`, 'solution.configured', {
    ...{ solutionId, name: solutionId, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    baseUrl: `https://${solutionId}.example`,
    sender: { name: solutionId, address: `no-reply@${solutionId}.example` },
  });

const partner = (partnerId: string, solutionId: string, timeZone: string) => [
  anEvent(`partner ${partnerId}`, 'partner.registered', { partnerId, solutionId, name: partnerId, timeZone }),
  anEvent(`user ${partnerId}`, 'partner-user.added', {
    ...{ userId: 'ada', partnerId, name: 'Ada', email: `ada@${partnerId}.example`, role: 'admin' },
  }),
  // A week after it has ended, Berlin has changed its clocks.
  anEvent(`account ${partnerId}`, 'social-account.connected', {
    ...{ accountId: `page-${partnerId}`, partnerId, network: 'x', kind: 'company', displayName: 'P' },
    authorisationExpiresAt: '2026-03-24T12:00:00Z',
  }),
];

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

const agenda = (query = '') => opened(herald, `/console/agenda${query}`);

describe('The agenda', () => {
  it('has what is planned for 30 days by the dates of the partners, in their zones', async () => {
    const page = await agenda();
    expect(page.status).toBe(200);
    expect(page.text).toContain('Mon 9 Mar 2026');
    const rows = rowsOf(page);
    expect(rows).toContainEqual([
      '09:00 Asia/Tokyo',
      'Decide: Settings update required page-tokyo',
      'tokyo',
      'Mon 9 Mar 2026, 00:00 UTC',
    ]);
    expect(linksOf(page)).toEqual(
      expect.arrayContaining(['/console/accounts/page-tokyo', '/console/partners/tokyo']),
    );
  });

  it('keeps its filters in the form, and filters by partner, solution and days', async () => {
    const partners = async (query: string) => {
      const page = await agenda(query);
      return [
        ...new Set(rowsOf(page).flatMap((row) => (/^\d\d:/.test(row[0] ?? '') ? [row[2]] : []))),
      ].sort();
    };
    expect(await partners('')).toEqual(['berlin', 'lima', 'tokyo']);
    expect(await partners('?partner=tokyo&solution=&days=')).toEqual(['tokyo']);
    expect(await partners('?solution=zenith')).toEqual(['lima']);
    expect(await partners('?solution=zenith&partner=berlin')).toEqual([]);
    expect((await agenda('?days=1')).text).toContain('Nothing is planned until Tue 3 Mar 2026, 09:00 UTC');
    expect((await agenda('?partner=to%22kyo')).main).toContain('value="to&quot;kyo"');
  });

  it('is read in pages, whose links keep the filters', async () => {
    const page = await agenda('?limit=1&solution=acme&days=20');
    const next = linksOf(page).find((link) => link.includes('after='));
    expect(next).toMatch(/^\/console\/agenda\?days=20&solution=acme&after=/);
    const second = await opened(herald, `${next}&limit=1`);
    expect(second.status).toBe(200);
    expect(linksOf(second)).toContain('/console/agenda?days=20&solution=acme');
  });

  it('says what is wrong with a filter', async () => {
    const page = await agenda('?days=many');
    expect(page.status).toBe(400);
    expect(page.text).toContain('Days ahead (1 to 400) Expected a whole number from 1 to 400.');
  });
});

describe('The rows of the agenda', () => {
  const item = (at: string, time: string, zone = 'Europe/Berlin'): AgendaItem => ({
    ...{ at, what: 'decision', rule: 'account-expired', partnerId: 'berlin' },
    local: { date: at.slice(0, 10), time, zone },
  });

  it('say where the clocks of a zone change between two of them', () => {
    const changes = (...items: readonly AgendaItem[]) =>
      agendaRows(items).map(({ clockChange }) => clockChange);
    expect(
      changes(
        item('2026-03-23T08:00:00.000Z', '09:00'),
        item('2026-03-28T00:00:00.000Z', '09:00', 'Asia/Tokyo'),
        item('2026-03-30T07:00:00.000Z', '09:00'),
        item('2026-04-06T07:00:00.000Z', '09:00'),
      ),
    ).toEqual([undefined, undefined, 'The clocks there go forward by 1 hour before this.', undefined]);
    expect(
      changes(
        item('2026-04-04T13:00:00.000Z', '00:00', 'Australia/Lord_Howe'),
        item('2026-04-06T22:30:30.500Z', '09:00', 'Australia/Lord_Howe'),
      ),
    ).toEqual([undefined, 'The clocks there go back by 30 minutes before this.']);
  });

  it('are in UTC where the zone is not known, and name the clock where no rule is meant', () => {
    expect(agendaRows([{ at: '2026-03-23T08:00:00.000Z', what: 'notice' }])).toMatchObject([
      { local: { date: '2026-03-23', time: '08:00', zone: 'UTC' }, act: 'Record', what: 'Time has passed' },
    ]);
  });
});

describe('The agenda of a principal that is bound to a solution', () => {
  it('has nothing of others', async () => {
    const other = await startTestHerald();
    await liveThroughTwoWeeks(other);
    const { aurora } = await other.withKeys({ aurora: { role: 'auditor', solutions: [AURORA] } });
    const page = await opened(other, '/console/agenda?days=400', aurora.key);
    expect(page.text).toContain(AURORA);
    expect(page.text).not.toContain(ZEPHYR);
    await other.stop();
  });
});
