import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Summary } from '../../src/application/audit/history/get-summary.js';
import { CoverageRecord } from '../../src/application/coverage/coverage-record.js';
import { longDate } from '../../src/infrastructure/console/kit/format.js';
import { playedHerald } from '../http/eight-weeks.js';
import { JSON_TYPE, type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from '../tenancy/two-suppliers.js';
import { linksOf, opened, rowsOf } from './opened-page.js';

const isDay = (text = '') => /^\w{3} \d+ \w{3} \d{4}$/.test(text);

const overview = (herald: TestHerald, key?: string) => opened(herald, '/console', key);

describe('The overview of an instance without events', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
  });
  afterAll(() => herald.stop());

  it('explains in three sentences what Herald is, and where to begin', async () => {
    const page = await overview(herald);
    expect(page.status).toBe(200);
    expect(page.text).toContain('What is Herald?');
    expect(page.text).toContain('Nothing is recorded yet: publish the first events');
    expect(page.main).not.toContain('<svg');
    expect(page.text).toContain('Nothing needs attention now.');
    expect(page.text).toContain('Nothing is planned for the next 7 days.');
  });
});

describe('The overview after eight weeks', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await playedHerald();
  });
  afterAll(() => herald.stop());

  it('shows the decisions of each of the last 30 days, as a chart and as a table', async () => {
    const { body } = await herald.get<Summary>('/v1/notifications/summary');
    const page = await overview(herald);
    expect(page.main.match(/<g><title>/g)).toHaveLength(30);
    const counts = rowsOf(page).filter(([day, ...cells]) => isDay(day) && cells.length === 4);
    const sum = (all: readonly number[]) => all.reduce((total, count) => total + count, 0);
    expect(counts.map(([day, ...cells]) => [day, sum(cells.map(Number)), Number(cells[1])])).toEqual(
      counts.map(([label]) => {
        const rows = body.rows.filter(({ day }) => longDate(day) === label);
        const withheld = rows.filter(({ decision }) => decision === 'withheld');
        return [label, sum(rows.map(({ count }) => count)), sum(withheld.map(({ count }) => count))];
      }),
    );
    expect(counts).toHaveLength(30);
    expect(sum(counts.flatMap(([, ...cells]) => cells.map(Number)))).toBe(body.totals.decisions);
    expect(body.totals.decisions).toBeGreaterThan(20);
    const [newest] = counts;
    const today = (await herald.get<{ now: string }>('/v1/test-clock')).body.now.slice(0, 10);
    expect(newest?.[0]).toBe(longDate(today));
    expect(linksOf(page)).toContainEqual(
      expect.stringContaining(`/console/history?from=${today}T00%3A00%3A00Z&to=`),
    );
  });

  it('says the chart in words', async () => {
    const { totals } = (await herald.get<Summary>('/v1/notifications/summary')).body;
    expect((await overview(herald)).main).toMatch(
      new RegExp(
        `role="img" aria-label="Decisions of the last 30 days\\. .*Withheld: ${totals.withheld}\\."`,
      ),
    );
  });

  it('says what comes next, in the zones of the partners, and that everything recorded is shown', async () => {
    const page = await overview(herald);
    const planned = rowsOf(page).filter(([, what]) => /^(Decide|Send|Note): /.test(what ?? ''));
    expect(planned.length).toBeGreaterThan(0);
    expect(planned.length).toBeLessThanOrEqual(6);
    expect(planned[0]?.[0]).toMatch(/^\d\d:\d\d [A-Z]\w+\/\w+/);
    expect(page.text).toContain('Everything on record is shown.');
  });

  it('begins with what needs a person, each with a link to act', async () => {
    const reason = 'The “new” <b>sender</b>';
    await herald.post('/v1/sending/hold', JSON_TYPE, { reason });
    const found = vi.spyOn(herald.herald.app.get(CoverageRecord), 'read').mockResolvedValue({
      shortfall: [
        {
          notificationId: '6f1c0a9e-0000-5000-8000-000000000000',
          rule: 'account-expired',
          partnerId: 'haus-linden',
          slotAt: '2026-02-09T08:00:00.000Z',
          slotDate: '2026-02-09',
        },
      ],
      more: 2,
    });
    const page = await overview(herald);
    expect(page.text).toContain(
      `Sending is held Held An operator holds it: decisions go on, and mails wait.`,
    );
    expect(page.text).toContain(`Reason: ${reason}`);
    expect(page.main).not.toContain('<b>sender');
    expect(page.main).toContain('data-text="warn">Held<');
    expect(page.text).toContain(
      'Missing decisions 3 The facts ask for decisions that were not made. The first is “Account expired” of Mon 9 Feb 2026 at haus-linden.',
    );
    expect(linksOf(page)).toEqual(
      expect.arrayContaining(['/console/operations', '/console/coverage?date=2026-02-09&state=shortfall']),
    );
    expect(page.text).not.toContain('Nothing needs attention');
    found.mockRestore();
    await herald.post('/v1/sending/release', JSON_TYPE, { reason });
  });
});

describe('The overview of a principal that is bound to a solution', () => {
  let herald: TestHerald;
  let keys: Readonly<Record<'aurora' | 'admin' | 'publisher', KeyClient>>;
  beforeAll(async () => {
    herald = await startTestHerald();
    await liveThroughTwoWeeks(herald);
    const shortfall = [AURORA, ZEPHYR].map((name) => ({
      notificationId: '6f1c0a9e-0000-5000-8000-000000000000',
      rule: 'account-expired' as const,
      partnerId: `${name}-1`,
      slotAt: '2026-03-09T08:00:00.000Z',
      slotDate: '2026-03-09',
    }));
    vi.spyOn(herald.herald.app.get(CoverageRecord), 'read').mockResolvedValue({ shortfall, more: 5 });
    keys = await herald.withKeys({
      aurora: { role: 'admin', solutions: [AURORA] },
      publisher: { role: 'publisher' },
    });
    await herald.settled();
  });
  afterAll(() => herald.stop());

  it('has what belongs to the solution, and nothing of others or of the whole installation', async () => {
    const page = await overview(herald, keys.aurora.key);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Missing decisions 1 ');
    expect(page.text).not.toContain(ZEPHYR);
    expect(page.text).not.toContain('What is Herald?');
    expect(page.text).not.toContain('Freshness');
    const { totals } = (await keys.aurora.get<Summary>('/v1/notifications/summary')).body;
    expect(totals.withheld).toBeGreaterThan(0);
    expect(page.text).toContain(`Withheld: ${totals.withheld} `);
  });

  it('has more for one that is bound to none', async () => {
    const page = await overview(herald, keys.admin.key);
    expect(page.text).toContain('Missing decisions 7 ');
    expect(page.text).toContain('Freshness');
    const both = (await keys.admin.get<Summary>('/v1/notifications/summary')).body;
    expect(page.text).toContain(`Withheld: ${both.totals.withheld} `);
  });

  it('does not open to a publisher, or without a key', async () => {
    expect((await overview(herald, keys.publisher.key)).status).toBe(403);
    expect((await overview(herald)).status).toBe(303);
  });
});
