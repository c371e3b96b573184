// Takes a picture of every page of the console that the navigation leads to, after the eight weeks of the demo:
//   npm run screenshots [-- FOLDER]   in light and dark, at 360 and 1280 px, as PNG
//   npm run screenshots -- --docs     the pictures of README.md and docs/console.md
// Needs Chromium: HERALD_CHROMIUM, else /usr/bin/chromium.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Client } from '../dist/demo/client.js';
import { play, START } from '../dist/demo/story.js';
import { startHerald } from '../dist/herald.js';

const isForDocs = process.argv[2] === '--docs';
const folder = isForDocs ? 'docs' : (process.argv[2] ?? 'screenshots');
await mkdir(folder, { recursive: true });
const data = await mkdtemp(join(tmpdir(), 'herald-screenshots-'));

const herald = await startHerald({
  HERALD_PORT: '0',
  HERALD_EVENT_STORE: `sqlite:${data}/events.db`,
  HERALD_READ_MODELS: `sqlite:${data}/read-models`,
  HERALD_MAIL: `outbox:${data}/outbox`,
  HERALD_CLOCK: 'test',
  HERALD_CLOCK_START: START,
  HERALD_CLOCK_FILE: `${data}/test-clock.txt`,
  HERALD_SECRET_FILE: `${data}/secret.txt`,
  HERALD_LOG_LEVEL: 'warn',
});
const browser = await chromium.launch({
  executablePath: process.env.HERALD_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

const idOf = async (path, key) => (await (await fetch(`${herald.url}${path}`)).json()).items[0]?.[key];

/** Pages about one thing, beside those that the navigation leads to. */
const single = async () => [
  `/console/notifications/${await idOf('/v1/notifications?decision=raised', 'notificationId')}`,
  `/console/notifications/${await idOf('/v1/notifications?decision=withheld', 'notificationId')}`,
  '/console/why-not?person=greta&rule=content-needs-approval',
  '/console/people/greta',
  `/console/accounts/${await idOf('/v1/social-accounts', 'accountId')}`,
  '/console/queues/haus-linden',
  '/console/partners/haus-linden',
  '/console/solutions/aurora',
  '/console/projections/history',
  '/console/templates/content-needs-approval',
];

const nameOf = (path) =>
  path
    .replace(/^\/console\/?/, '')
    .replace(/\?.*$/, '-answer')
    .replaceAll('/', '-') || 'overview';

const takeAll = async () => {
  const first = await browser.newPage();
  await first.goto(`${herald.url}/console`);
  const links = await first
    .locator('nav.main a')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  const paths = [...links, ...(await single())];
  for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 1280]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      for (const path of paths) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${herald.url}${path}`, { waitUntil: 'networkidle' });
        // Frames that are out of the window are not drawn.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height });
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: join(folder, `${nameOf(path)}-${colorScheme}-${width}.png`) });
      }
      await page.close();
    }
  process.stdout.write(`${paths.length * 4} pictures of ${paths.length} pages are in ${folder}.\n`);
};

const takeForDocs = async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 820 } });
  const [notification] = await single();
  for (const [name, path] of [
    ['console-overview', '/console'],
    ['console-notification', notification],
  ]) {
    await page.goto(`${herald.url}${path}`, { waitUntil: 'networkidle' });
    await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 80 });
  }
};

try {
  await play(new Client(herald.url));
  await (isForDocs ? takeForDocs() : takeAll());
} finally {
  await browser.close();
  await herald.stop();
  await rm(data, { recursive: true, force: true });
}
