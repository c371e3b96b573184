import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

/** The bar after so many milliseconds: how wide it is, of 1, and its color. */
const barAfter = (page: Page, ms: number) =>
  page.evaluate<readonly [number, string]>(`{
    const bar = (one) => one.effect.pseudoElement === '::before' && one.effect.target.id === 'page';
    const animation = document.getAnimations().find(bar);
    if (animation) {
      animation.pause();
      animation.currentTime = ${ms};
    }
    const { transform, backgroundColor } = getComputedStyle(document.getElementById('page'), '::before');
    [transform === 'none' ? 1 : new DOMMatrix(transform).a, backgroundColor];
  }`);

describe.skipIf(!hasChromium)('A page that waits for an answer', () => {
  let browser: Browser;
  let herald: TestHerald;
  beforeAll(async () => {
    [browser, herald] = await Promise.all([startChromium(), startTestHerald()]);
  });
  afterAll(async () => {
    await browser.close();
    await herald.stop();
  });

  /** A page after a click on a link to another one. @returns with it the request, which is held. */
  const waiting = async (options: BrowserContextOptions = {}) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${herald.url}/console/people`);
    const asked = new Promise<Route>((hold) => page.route('**/console/agenda', hold));
    await page.getByRole('link', { name: 'Agenda', exact: true }).click();
    await page.locator('#page.htmx-request').waitFor();
    return { page, request: await asked };
  };

  it('is busy until it comes', async () => {
    const { page, request } = await waiting();
    expect(await page.locator('#page').getAttribute('aria-busy')).toBe('true');
    await request.continue();
    await page.getByRole('heading', { level: 1, name: 'Agenda' }).waitFor();
    await page.locator('#page:not([aria-busy="true"])').waitFor();
    await page.context().close();
  });

  it('stays busy while another one is asked for instead', async () => {
    const { page, request } = await waiting();
    const asked = new Promise<Route>((hold) => page.route('**/console/coverage', hold));
    const replaced = page.waitForEvent('requestfailed');
    await page.getByRole('link', { name: 'Coverage', exact: true }).click();
    const other = await asked;
    expect((await replaced).url()).toBe(request.request().url());
    expect(await page.locator('#page').getAttribute('aria-busy')).toBe('true');
    await other.continue();
    await page.getByRole('heading', { level: 1, name: 'Coverage' }).waitFor();
    await page.locator('#page:not([aria-busy="true"])').waitFor();
    await page.context().close();
  });

  it('is busy no longer once none comes', async () => {
    const { page, request } = await waiting();
    expect(await page.locator('#page').getAttribute('aria-busy')).toBe('true');
    await request.abort();
    await page.locator('#no-answer:not([hidden])').waitFor();
    await page.locator('#page:not([aria-busy="true"])').waitFor();
    await page.context().close();
  });

  it.each(['no-preference', 'reduce'] as const)(
    'shows a bar after a moment only, where the wish about motion is %s',
    async (reducedMotion) => {
      const { page } = await waiting({ reducedMotion });
      expect((await barAfter(page, 290))[0]).toBe(0);
      expect((await barAfter(page, 1_500))[0]).toBeGreaterThan(0.5);
      await page.context().close();
    },
  );

  it('shows a bar with forced colors as well', async () => {
    const { page } = await waiting({ forcedColors: 'active' });
    const [, color] = await barAfter(page, 1_500);
    expect(color).not.toBe(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    await page.context().close();
  });
});
