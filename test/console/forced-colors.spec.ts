import { expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { startHostileHerald } from './hostile-world.js';

it.skipIf(!hasChromium)(
  'with forced colors, the legend of the chart tells its parts apart',
  async () => {
    const [herald, browser] = await Promise.all([startHostileHerald(), startChromium()]);
    const context = await browser.newContext({ forcedColors: 'active', extraHTTPHeaders: herald.headers });
    const page = await context.newPage();
    await page.goto(`${herald.url}/console`);
    const colorsOf = (selector: string, property: string) =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('${selector}')].map((one) => getComputedStyle(one)['${property}'])`,
      );
    const legend = await colorsOf('.legend .swatch', 'backgroundColor');
    expect(legend.length).toBeGreaterThan(1);
    expect(new Set(legend).size).toBe(legend.length);
    expect(legend).toEqual(expect.arrayContaining(await colorsOf('.bars [data-part]', 'fill')));
    await browser.close();
    await herald.stop();
  },
  60_000,
);
