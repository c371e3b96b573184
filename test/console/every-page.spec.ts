import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { pagesOf } from '../http/routes.js';
import { type HostileHerald, PWNED, startHostileHerald } from './hostile-world.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [320, 1280] as const;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly html: string }[];
}

/** What axe-core finds against WCAG 2.2 AA, and its own best practices. */
const violationsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as { violations: readonly Violation[] };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target} ${html}`));
};

describe.skipIf(!hasChromium)('every page of the console', () => {
  let herald: HostileHerald;
  let browser: Browser;
  let paths: readonly string[];
  beforeAll(async () => {
    [herald, browser] = await Promise.all([startHostileHerald(), startChromium()]);
    paths = pagesOf(herald).map(({ path }) => herald.pathOf(path));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await herald.stop();
  });

  it('has a path with values for its parameters', () => {
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => path.includes(':'))).toEqual([]);
  });

  it.each(SCHEMES.flatMap((scheme) => WIDTHS.map((width) => [scheme, width] as const)))(
    'is accessible, fits, and runs no code from outside, in %s at %d px',
    async (colorScheme, width) => {
      const viewport = { width, height: 800 };
      const context = await browser.newContext({ colorScheme, viewport, extraHTTPHeaders: herald.headers });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`);
      });
      const wrong: string[] = [];
      for (const path of paths) {
        const answer = await page.goto(`${herald.url}${path}`);
        if (answer?.status() !== 200) wrong.push(`${path}: ${answer?.status()}`);
        wrong.push(...(await violationsOf(page)).map((violation) => `${path}: ${violation}`));
        const overflow = (await page.evaluate(
          'document.documentElement.scrollWidth - window.innerWidth',
        )) as number;
        if (overflow > 0) wrong.push(`${path}: ${overflow} px wider than the window`);
        if ((await page.locator('h1').count()) !== 1) wrong.push(`${path}: not one heading`);
        if (await page.evaluate(`window.${PWNED}`)) wrong.push(`${path}: runs code from outside`);
      }
      await context.close();
      expect([...wrong, ...errors]).toEqual([]);
    },
    300_000,
  );

  it('says the same without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, extraHTTPHeaders: herald.headers });
    const page = await context.newPage();
    for (const path of paths) {
      const answer = await page.goto(`${herald.url}${path}`);
      expect(answer?.status(), path).toBe(200);
      expect(await page.locator('main h1').innerText(), path).not.toBe('');
    }
    await page.goto(`${herald.url}/console/history`);
    await page.getByLabel('Partner').fill('nobody');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(page.url()).toContain('partner=nobody');
    expect(await page.locator('main').innerText()).toContain('Nothing matches');
    await context.close();
  }, 120_000);
});
