import { join } from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { MAX_WATCHERS } from '../../src/domain/bounds.js';
import type { Herald } from '../../src/herald.js';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { BATCH_TYPE } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, makeLog, newFolder, replayIs, start, until } from '../replay/running.js';
import { withoutJavaScript } from './without-javascript.js';

const PEOPLE = '/console/projections/people';

/** The position of the first event, as SQLite has it. */
const FIRST = '00000000000000000001';

const publishSmallWorld = ({ url }: Herald): Promise<Response> =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': BATCH_TYPE },
    body: JSON.stringify(SMALL_WORLD.map((event) => ({ ...event, time: '2026-01-05T06:00:00Z' }))),
  });

let herald: Herald;
let browser: ReturnType<typeof withoutJavaScript>;
beforeAll(async () => {
  herald = await start(newFolder());
  browser = withoutJavaScript(herald);
  await publishSmallWorld(herald);
});
afterAll(() => herald.stop());

describe('a rebuild', () => {
  it('is explained before it starts, and shows how far it is', async () => {
    expect((await browser.open(PEOPLE)).links).toContain(`${PEOPLE}/rebuild`);
    const asked = await browser.open(`${PEOPLE}/rebuild`);
    expect(asked.text).toContain('Nothing changes for readers until you swap.');
    expect(asked.forms).toEqual([`${PEOPLE}/rebuild`]);
    const started = await browser.submit(`${PEOPLE}/rebuild`);
    expect([started.status, started.location]).toEqual([303, `${PEOPLE}?done=rebuild-started`]);
    const { html, text } = await until(
      () => browser.open(`${PEOPLE}?done=rebuild-started`),
      (page) => page.text.includes('It has caught up'),
    );
    expect(text).toContain('The rebuild has started.');
    expect(html).toMatch(/<progress value="100" max="100"/);
  });

  it('pauses, resumes, and is compared with what answers', async () => {
    expect((await browser.submit(`${PEOPLE}/pause`)).location).toContain('done=rebuild-paused');
    expect((await browser.open(PEOPLE)).forms).toContain(`${PEOPLE}/resume`);
    const { text } = await browser.open(`${PEOPLE}/difference?samples=0`);
    expect(text).toContain('2 stay the same');
    expect(text).toContain('Nothing:');
    await browser.submit(`${PEOPLE}/resume`);
    await until(
      () => browser.open(PEOPLE),
      ({ links }) => links.includes(`${PEOPLE}/swap`),
    );
  });

  it('is swapped in, rolled back, and what was kept is dropped', async () => {
    const { body: before } = await ask<{ live: string }>(herald.url, '/v1/projections/people');
    expect((await browser.open(`${PEOPLE}/swap`)).text).toContain('so that you can roll back');
    expect((await browser.submit(`${PEOPLE}/swap`)).location).toContain('done=rebuild-swapped');
    expect((await browser.open(PEOPLE)).links).toContain(`${PEOPLE}/roll-back`);
    expect((await browser.submit(`${PEOPLE}/roll-back`)).status).toBe(303);
    const { body } = await ask<{ live: string }>(herald.url, '/v1/projections/people');
    expect(body.live).toBe(before.live);
    expect((await browser.submit(`${PEOPLE}/drop-previous`)).status).toBe(303);
    expect((await browser.open(PEOPLE)).links).not.toContain(`${PEOPLE}/roll-back`);
  });

  it('is cancelled', async () => {
    await browser.submit(`${PEOPLE}/rebuild`);
    expect((await browser.submit(`${PEOPLE}/cancel`)).location).toContain('done=rebuild-cancelled');
  });

  it('from a position is for inspection: it cannot be swapped', async () => {
    await browser.submit(`${PEOPLE}/rebuild`, { from: FIRST });
    const { links, text } = await until(
      () => browser.open(PEOPLE),
      (page) => page.text.includes('It has caught up'),
    );
    expect(text).toContain('so it cannot be swapped');
    expect(links).not.toContain(`${PEOPLE}/swap`);
    await browser.submit(`${PEOPLE}/cancel`);
  });
});

describe.skipIf(!hasChromium)('a rebuild in a browser', () => {
  const EVENTS = 30_000;
  const HISTORY = '/console/projections/history';
  let chromium: Browser;
  let page: Page;
  let large: Herald;
  let live: string;
  const errors: string[] = [];
  beforeAll(async () => {
    const folder = newFolder();
    await makeLog(join(folder, 'events.db'), EVENTS, EVENTS / 20);
    [large, chromium] = await Promise.all([start(folder), startChromium()]);
    ({ live } = await until(status, ({ behind }) => behind === 0));
  });
  afterAll(async () => {
    await chromium.close();
    await large.stop();
  });
  beforeEach(async () => {
    errors.length = 0;
    page = await chromium.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => errors.push(String(error)));
  });
  afterEach(async () => {
    await page.context().close();
    expect(errors).toEqual([]);
  });

  const status = async () => (await ask<ProjectionStatus>(large.url, '/v1/projections/history')).body;

  const startRebuild = async () => {
    await page.goto(`${large.url}${HISTORY}`);
    await page.evaluate('window.isFirstLoad = true');
    await page.getByRole('link', { name: 'Rebuild…' }).click();
    await page.getByRole('button', { name: 'Start the rebuild' }).click();
  };

  const folded = async (): Promise<number> => {
    const shown = await page.locator('dt:text-is("Progress") + dd').innerText();
    return Number(/^[\d,]+(?=.* events read)/.exec(shown)?.[0].replaceAll(',', '') ?? 0);
  };

  const isStream = (request: Request) => request.url().endsWith(`${HISTORY}/progress`);

  /** Whether the server has room for all who may watch: then no page watches. */
  const nobodyWatches = async (): Promise<boolean> => {
    const leaving = new AbortController();
    const watch = () => fetch(`${large.url}/v1/projections/history/progress`, { signal: leaving.signal });
    const answers = await Promise.all(Array.from({ length: MAX_WATCHERS }, watch));
    leaving.abort();
    return answers.every(({ ok }) => ok);
  };

  it('moves as the server reports, is compared, swapped in and rolled back', async () => {
    // What the page does at intervals happens when the test says so.
    await page.addInitScript(`
      window.ticks = [];
      window.setInterval = (tick) => window.ticks.push(tick);
      window.hints = 0;
      document.addEventListener('progress', () => { window.hints += 1; }, true);
    `);
    const refreshes: Request[] = [];
    const opened: Request[] = [];
    const closed: Request[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith(HISTORY) && !request.isNavigationRequest()) refreshes.push(request);
      if (isStream(request)) opened.push(request);
    });
    page.on('requestfailed', (request) => isStream(request) && closed.push(request));
    await startRebuild();
    await replayIs(large.url, 'history', 'building');
    await ask(large.url, '/v1/projections/history/pause', 'POST');
    const resume = page.getByRole('button', { name: 'Resume' });
    await resume.waitFor();
    const seen = new Set([await folded()]);
    await resume.click();
    await until(folded, (value) => seen.add(value) && value >= EVENTS);
    await page.getByText('Compare it, then swap.').waitFor();
    const before = await folded();
    expect([...seen]).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.size).toBeGreaterThan(1);
    const compare = page.getByRole('link', { name: 'Compare' });
    await compare.focus();
    await publishSmallWorld(large);
    await until(folded, (value) => value > before);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Compare');
    await page.evaluate('for (const tick of window.ticks) tick()');
    await page.evaluate('new Promise(requestAnimationFrame)');
    const { length } = refreshes;
    expect(length).toBeGreaterThan(1);
    expect(await page.evaluate('window.hints')).toBeGreaterThanOrEqual(length);
    expect([opened.length, closed.length]).toEqual([1, 0]);

    await compare.press('Enter');
    await page.getByText('stay the same').waitFor();
    await until(nobodyWatches, (isSo) => isSo);
    expect(closed).toEqual(opened);
    await page.goBack();
    await until(
      async () => opened.length,
      (count) => count === 2,
    );
    await page.getByRole('link', { name: 'Swap…' }).click();
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.getByRole('link', { name: 'Roll back…' }).click();
    expect((await status()).live).not.toBe(live);
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.waitForURL(/done=rolled-back/);
    expect((await status()).live).toBe(live);
    expect(await page.evaluate('window.isFirstLoad')).toBe(true);
    await until(nobodyWatches, (isSo) => isSo);
  });

  it('is asked for at intervals where the stream fails', async () => {
    await page.route(`**${HISTORY}/progress`, (route) => route.abort());
    await startRebuild();
    await page.getByRole('link', { name: 'Swap…' }).waitFor();
    await ask(large.url, '/v1/projections/history/cancel', 'POST');
    await page.getByText('Cancelled').waitFor();
    expect(await page.evaluate('window.isFirstLoad')).toBe(true);
  });
});
