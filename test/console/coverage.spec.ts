import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from '../tenancy/two-suppliers.js';
import { linksOf, opened, rowsOf } from './opened-page.js';

const MONDAY = '2026-03-09';

let herald: TestHerald;
let keys: Readonly<Record<'aurora' | 'admin', KeyClient>>;
beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  keys = await herald.withKeys({ aurora: { role: 'auditor', solutions: [AURORA] } });
});
afterAll(() => herald.stop());

/** All of it, however long that takes. */
const coverage = (query: string, key = keys.admin.key) =>
  opened(herald, `/console/coverage${query}${query ? '&' : '?'}whole=yes`, key);

describe('The coverage of a date', () => {
  it('says whether anybody was missed, and counts what became of each expected decision', async () => {
    const { body } = await keys.admin.get<Coverage>(`/v1/coverage?date=${MONDAY}`);
    const page = await coverage(`?date=${MONDAY}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Coverage of Mon 9 Mar 2026');
    expect(page.text).toContain(body.sentence);
    const rows = rowsOf(page);
    const { expected, raised, withheld } = body.counts ?? {};
    expect(expected).toBeGreaterThan(2);
    for (const [label, count] of [
      ['Expected', expected],
      ['Raised', raised],
      ['Withheld', withheld],
      ['Delivered', 0],
      ['Missing', 0],
    ])
      expect(rows).toContainEqual([label, String(count), expect.any(String)]);
    for (const { solutionId, counts } of body.groups ?? [])
      expect(rows).toContainEqual(expect.arrayContaining([solutionId, String(counts.expected)]));
    expect(linksOf(page)).toEqual(
      expect.arrayContaining([
        `/console/coverage?date=${MONDAY}&state=raised`,
        '/console/coverage?date=2026-03-08',
        '/console/coverage?date=2026-03-10',
      ]),
    );
    expect(linksOf(page)).not.toContain(`/console/coverage?date=${MONDAY}&state=shortfall`);
  });

  it('has the names behind each count, with links to the notifications', async () => {
    const { body } = await keys.admin.get<Coverage>(`/v1/coverage?date=${MONDAY}&state=raised`);
    const page = await coverage(`?date=${MONDAY}&state=raised`);
    expect(body.items?.length).toBeGreaterThan(1);
    expect(linksOf(page)).toEqual(
      expect.arrayContaining([
        ...(body.items ?? []).map(({ notificationId }) => `/console/notifications/${notificationId}`),
        '/console/people/ada?partner=aurora-1',
        `/console/coverage?date=${MONDAY}`,
      ]),
    );
    expect(page.text).toContain('ada of aurora-1');
  });

  it('leads from what is not decided to why not', async () => {
    const page = await coverage('?date=2026-03-23&state=planned');
    expect(page.text).toContain('Planned');
    const asked = linksOf(page).filter((link) => link.startsWith('/console/why-not?'));
    expect(asked.length).toBeGreaterThan(0);
    // Of what is still to come it is asked as of now.
    for (const link of asked)
      expect(link).toMatch(/^\S+\?person=[\w-]+&rule=[\w-]+&partner=[\w-]+(&account=[\w-]+)?$/);
  });

  it('is read in pages, whose links keep the filters', async () => {
    const page = await coverage(`?date=${MONDAY}&state=expected&solution=${AURORA}&limit=1`);
    const next = linksOf(page).find((link) => link.includes('after='));
    expect(next).toMatch(
      new RegExp(`^/console/coverage\\?date=${MONDAY}&solution=${AURORA}&state=expected&after=`),
    );
    expect((await opened(herald, next ?? '', keys.admin.key)).status).toBe(200);
  });

  it('is of today unless a date is asked for, and of no date that is none', async () => {
    expect((await coverage('')).text).toContain('Coverage of Mon 16 Mar 2026');
    expect((await coverage('?date=')).status).toBe(200);
    expect((await coverage('?date=2026-02-30')).status).toBe(400);
  });

  it('is shown with what is known at once, and then with all of it', async () => {
    const spy = vi.spyOn(performance, 'now');
    // As if the first subjects took a second each.
    let seconds = 0;
    spy.mockImplementation(() => {
      seconds += 1;
      return seconds * 1_000;
    });
    const page = await opened(herald, `/console/coverage?date=${MONDAY}`, keys.admin.key).finally(() =>
      spy.mockRestore(),
    );
    expect(page.text).toContain('Not all partners are looked at yet.');
    const whole = `/console/coverage?date=${MONDAY}&whole=yes`;
    expect(linksOf(page)).toContain(whole);
    expect(page.text).not.toContain('continue with');
    const { text } = await opened(herald, whole, keys.admin.key);
    expect(text).not.toContain('Not all partners are looked at yet.');
  });

  it('has nothing of other solutions for a principal that is bound to one', async () => {
    for (const query of [`?date=${MONDAY}`, `?date=${MONDAY}&state=expected`]) {
      const page = await coverage(query, keys.aurora.key);
      expect(page.text).toContain(AURORA);
      expect(page.main).not.toContain(ZEPHYR);
    }
  });
});
