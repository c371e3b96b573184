import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from '../tenancy/two-suppliers.js';
import { browserOf, linksOf } from './opened.js';

let herald: TestHerald;
let admin: ReturnType<typeof browserOf>;
let aurora: ReturnType<typeof browserOf>;
let adminKey: string;

beforeAll(async () => {
  herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '100000' });
  await liveThroughTwoWeeks(herald);
  const keys = await herald.withKeys({ aurora: { role: 'auditor', solutions: [AURORA] } });
  adminKey = keys.admin.key;
  admin = browserOf(herald.url, adminKey);
  aurora = browserOf(herald.url, keys.aurora.key);
});
afterAll(() => herald.stop());

const rowsOf = (html: string): number => html.match(/<tr>\s*<td><time /g)?.length ?? 0;

const listed = async (query: string): Promise<readonly Readonly<Record<string, string>>[]> => {
  const { body } = await herald
    .clientWith(adminKey)
    .get<{ items: readonly Readonly<Record<string, string>>[] }>(`/v1/notifications?${query}`);
  return body.items;
};

describe('the history', () => {
  it('lists what the API lists, with all filters in the address', async () => {
    const items = await listed('partner=aurora-1&rule=settings-update-required');
    const page = await admin.open('/console/history?partner=aurora-1&rule=settings-update-required');
    expect(page.status).toBe(200);
    expect(items.length).toBeGreaterThan(1);
    expect(rowsOf(page.html)).toBe(items.length);
    for (const { notificationId } of items)
      expect(page.html).toContain(`/console/notifications/${notificationId}"`);
    expect(page.html).toContain('value="aurora-1"');
    expect(page.html).toContain('<option value="settings-update-required" selected>');
    expect(page.text).toContain('Filters (2 set)');
  });

  it('finds what the search box of every page is asked for', async () => {
    const [first] = await listed('limit=1');
    for (const q of [first?.notificationId, 'zephyr-ben', 'ben@zephyr.example', 'zephyr-lost']) {
      const page = await admin.open(`/console/history?q=${q}`);
      expect({ q, status: page.status }).toEqual({ q, status: 200 });
      expect(rowsOf(page.html), q).toBeGreaterThan(0);
      expect(page.text, q).not.toContain('Nothing matches');
    }
    expect((await admin.open('/console/history?q=zzz')).text).toContain('Nothing matches');
  });

  it('takes days, of which the last belongs to the period, and exact moments', async () => {
    const ofDay = await listed('from=2026-03-09T00:00:00Z&to=2026-03-10T00:00:00Z');
    expect(ofDay.length).toBeGreaterThan(0);
    const days = await admin.open('/console/history?from=2026-03-09&to=2026-03-09');
    expect(rowsOf(days.html)).toBe(ofDay.length);
    expect(days.html).toContain('name="from" value="2026-03-09" type="date"');
    const moment = await admin.open('/console/history?from=2026-03-09T00:00:00Z&to=2026-03-10T00:00:00Z');
    expect(rowsOf(moment.html)).toBe(ofDay.length);
    expect(moment.html).toContain('name="from" value="2026-03-09T00:00:00.000Z" type="text"');
    const wrong = await admin.open('/console/history?from=yesterday');
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('Expected a day such as 2026-03-02');
  });

  it.each(['', '/counts', '/export'])(
    'refuses a period that ends before it begins, at history%s',
    async (path) => {
      const format = path === '/export' ? '&format=csv' : '';
      for (const [from, to] of [
        ['2026-03-10', '2026-03-09'],
        ['2026-03-10', '2026-03-09T08:00:00Z'],
      ]) {
        const page = await admin.open(`/console/history${path}?from=${from}&to=${to}${format}`);
        expect(page.status).toBe(400);
        expect(page.text).toContain('Expected a day or moment that is not before');
      }
    },
  );

  it('leads from page to page, and back to the first, with the filters', async () => {
    const page = await admin.open('/console/history?solution=zephyr&limit=2');
    const [next = ''] = linksOf(page, 'Next page');
    expect(next).toMatch(/^\/console\/history\?solution=zephyr&after=/);
    const second = await admin.open(next);
    expect(second.status).toBe(200);
    expect(linksOf(second, 'First page')).toEqual(['/console/history?solution=zephyr']);
  });

  it('has saved views, and marks the one that is shown', async () => {
    const page = await admin.open('/console/history?outcome=outcome-unknown');
    expect(page.html).toMatch(
      /href="\/console\/history\?outcome&#x3D;outcome-unknown" aria-current="true">In doubt/,
    );
    expect(linksOf(page, 'Last 7 days')).toEqual(['/console/history?from=2026-03-10']);
    expect(page.html.match(/aria-current="true"/g)).toHaveLength(1);
    for (const [href] of page.html.matchAll(/\/console\/history\?[^"]*(?=" ?(?:aria-current="true")?>)/g))
      expect((await admin.open(href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'))).status).toBe(200);
  });

  it('counts exactly what the filter matches, and leads from each count to these', async () => {
    const items = await listed('solution=aurora&limit=200');
    const page = await admin.open('/console/history?solution=aurora');
    expect(page.html).toContain('hx-get="/console/history/counts?solution&#x3D;aurora"');
    const counts = await admin.open('/console/history/counts?solution=aurora');
    expect(counts.text).toContain(`${items.length} decisions`);
    const accepted = items.filter(({ outcome }) => outcome === 'accepted').length;
    expect(counts.html).toContain('outcome&#x3D;accepted" data-tone="good">Accepted');
    const [link = ''] = linksOf(counts, `Accepted ${accepted}`);
    expect(link).toBe('/console/history?solution=aurora&outcome=accepted');
    expect(rowsOf((await admin.open(link)).html)).toBe(accepted);
  });

  it('counts all that a narrow filter matches, and 30 days of a subject', async () => {
    const [first] = await listed('limit=1');
    const narrow = ['partner=aurora-1', `q=${first?.notificationId}`, 'q=ben@zephyr.example'];
    for (const query of narrow)
      expect((await admin.open(`/console/history/counts?${query}`)).text, query).toContain('2025');
    for (const query of ['q=your', 'rule=account-expired'])
      expect((await admin.open(`/console/history/counts?${query}`)).text, query).not.toContain('2025');
  });

  it('exports exactly what the filter matches, as CSV and NDJSON', async () => {
    const items = await listed('recipient=zephyr-ben&limit=200');
    const page = await admin.open('/console/history?recipient=zephyr-ben&order=oldest');
    const [csv = ''] = linksOf(page, 'CSV');
    const [ndjson = ''] = linksOf(page, 'NDJSON');
    const table = await admin.open(csv);
    expect(table.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(table.headers.get('content-disposition')).toContain('attachment');
    expect(table.html.trim().split('\r\n')).toHaveLength(items.length + 1);
    const lines = await admin.open(ndjson);
    const ids = lines.html
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).notificationId);
    expect(ids).toEqual(items.map(({ notificationId }) => notificationId).reverse());
  });

  it('records an export as the API does', async () => {
    await admin.open('/console/history/export?format=csv&recipient=zephyr-cem');
    await herald.settled();
    const { body } = await herald
      .clientWith(adminKey)
      .get<{ items: readonly { action: string; asked: Readonly<Record<string, string>> }[] }>(
        '/v1/access-log',
      );
    expect(body.items).toContainEqual(
      expect.objectContaining({
        action: 'GET /console/history/export',
        asked: { format: 'csv', recipient: 'zephyr-cem', export: 'text/csv' },
      }),
    );
  });

  it('shows, counts and exports nothing of other solutions', async () => {
    for (const path of ['', '/counts', '/export?format=csv', '/export?format=ndjson']) {
      const { status, html } = await aurora.open(`/console/history${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(html, path).not.toContain(ZEPHYR);
    }
    expect((await aurora.open('/console/history?solution=zephyr')).text).toContain('Nothing matches');
    expect((await aurora.open('/console/history/counts?solution=zephyr')).text).toContain('0 decisions');
  });
});
