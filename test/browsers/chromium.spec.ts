import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { pathOf, routesOf } from '../http/routes.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { hasChromium, startChromium } from './chromium.js';

const SCRIPT = readFileSync(new URL('./attack-page.js', import.meta.url), 'utf8');
const PAGE = `<!doctype html><title>Free prizes</title><body><script>${SCRIPT}</script>`;

/** What a page tried, and what it could read. */
interface Attack {
  readonly tried: Readonly<Record<string, number>>;
  readonly read: readonly { readonly status: number; readonly text: string }[];
}

interface Targets {
  readonly changes: readonly { readonly method: string; readonly url: string; readonly json: string }[];
  readonly looks: readonly string[];
  readonly opens: readonly string[];
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

describe.skipIf(!hasChromium)('In Chromium', { timeout: 300_000 }, () => {
  let herald: TestHerald;
  let browser: Browser;
  let page: Page;
  let site: Server;
  let port: number;
  /** A server without protection, which shows that the page's requests do arrive. */
  let open: Server;
  let arrived: IncomingMessage[];

  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_PUBLIC_PORT: '0' });
    const digest = { ...aPost('waits'), data: { ...aPost('waits').data, partnerId: 'nordlicht' } };
    await herald.publishAll([...SMALL_WORLD, digest]);
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    await herald.settled();
    site = createServer((_, reply) => void reply.setHeader('content-type', 'text/html').end(PAGE));
    open = createServer((request, reply) => {
      arrived.push(request);
      request.resume();
      reply.setHeader('content-type', 'text/plain').end('a secret');
    });
    port = await listening(site);
    await listening(open);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    open.close();
    open.closeAllConnections();
    await herald.stop();
  });
  beforeEach(async () => {
    arrived = [];
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  /** Every route that changes something, with a body that it would take; and routes that tell of people, or cost much. */
  const targetsAt = async (origin: string): Promise<Targets> => {
    const { body } = await herald.get<{ items: { notificationId: string }[] }>(
      '/v1/notifications?decision=raised',
    );
    const id = body.items[0]?.notificationId ?? '';
    const unsafe = routesOf(herald).filter(
      ({ method, path }) => method !== 'GET' && !path.includes('unsubscribe'),
    );
    const link = new URL(
      herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ada' }),
    ).pathname;
    return {
      changes: [
        ...unsafe.map((route) => ({
          method: route.method,
          url: `${origin}${pathOf(route, route.path.includes('notifications') ? id : 'people')}`,
          json: JSON.stringify(bodyFor(route.path)),
        })),
        // A valid link, which the API does not serve.
        { method: 'POST', url: `${origin}${link}`, json: '{"List-Unsubscribe":"One-Click"}' },
      ],
      looks: [
        ...['/v1/people', '/v1/notifications', `/v1/notifications/${id}/mail`, '/v1/agenda', '/docs-json'],
        ...['/v1/why-not?person=ada&rule=content-needs-approval', '/health', '/metrics', '/v1/test-clock'],
        '/v1/projections/people/progress',
      ].map((path) => `${origin}${path}`),
      opens: ['/v1/people', `/v1/notifications/${id}/mail`, '/docs'].map((path) => `${origin}${path}`),
    };
  };

  const bodyFor = (path: string): object => {
    if (path === '/v1/test-clock') return { now: '2026-04-09T09:00:00.000Z' };
    if (path === '/v1/events') return aPost('forged');
    if (path.endsWith('/resolve')) return { as: 'delivered', reason: 'free prizes', by: 'mallory' };
    return { reason: 'free prizes', by: 'mallory' };
  };

  /** All that the requests could have changed. */
  const state = async () => {
    await herald.settled();
    const paths = [
      '/v1/test-clock',
      '/v1/projections',
      '/v1/sending',
      '/v1/parked',
      '/v1/clock',
      '/v1/people',
    ];
    const answers = await Promise.all(paths.map(async (path) => (await herald.get(path)).text));
    return { head: await herald.head(), answers };
  };

  const attack = async (from: string, targets: Targets): Promise<Attack> => {
    await page.goto(from);
    return page.evaluate(`attack(${JSON.stringify(targets)})`) as Promise<Attack>;
  };

  const report = (from: string, { tried, read }: Attack, refusals = 0): void => {
    const total = Object.values(tried).reduce((sum, count) => sum + count, 0);
    const bytes = read.reduce((sum, { text }) => sum + text.length, 0);
    process.stdout.write(
      `${from}: ${total} requests of ${Object.keys(tried).length} kinds were tried; ${refusals ? `${refusals} refusals and ` : ''}${bytes} bytes were read.\n`,
    );
  };

  it.each(['evil.test', 'localhost'])(
    'a page at another port of %s changes nothing and reads nothing, whatever it sends',
    async (host) => {
      const before = await state();
      const from = `http://${host}:${port}/`;
      const done = await attack(from, await targetsAt(herald.url));
      report(from, done);
      expect(done.read).toEqual([]);
      expect(await state()).toEqual(before);
    },
  );

  it('a page whose name leads here (DNS rebinding) changes nothing and reads nothing but that it is refused', async () => {
    const before = await state();
    const origin = `http://evil.test:${new URL(herald.url).port}`;
    // The page itself comes from elsewhere, before its name is resolved anew.
    await page.route(`${origin}/free`, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    const done = await attack(`${origin}/free`, await targetsAt(origin));
    const told = done.read.filter(({ text }) => !text.includes('misdirected-request'));
    report(origin, { ...done, read: told }, done.read.length - told.length);
    expect(done.read.length).toBeGreaterThan(100);
    expect(told).toEqual([]);
    expect(await state()).toEqual(before);
  });

  it('the same page reaches a server without protection, and reads it once its name leads there', async () => {
    const targets = (origin: string): Targets => ({
      changes: [{ method: 'POST', url: `${origin}/change`, json: '{"a":"b"}' }],
      looks: [`${origin}/look`],
      opens: [],
    });
    const across = await attack(`http://evil.test:${port}/`, targets(`http://localhost:${portOf(open)}`));
    const posts = arrived.filter(({ method }) => method === 'POST').length;
    expect(posts).toBeGreaterThanOrEqual(10);
    expect(
      arrived.filter(({ method, url }) => method === 'GET' && url === '/look').length,
    ).toBeGreaterThanOrEqual(9);
    expect(arrived.filter(({ method }) => method === 'OPTIONS').length).toBeGreaterThanOrEqual(4);
    expect(across.read).toEqual([]);

    const origin = `http://evil.test:${portOf(open)}`;
    await page.route(`${origin}/free`, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    const rebound = await attack(`${origin}/free`, targets(origin));
    expect(rebound.read.filter(({ text }) => text === 'a secret').length).toBeGreaterThan(5);
  });

  it('the pages of Herald work under their own policies', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${herald.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    // What the page sends is taken: it is of its own origin.
    const confirm = page.locator('.opblock', { hasText: '/v1/clock/confirm' });
    await confirm.locator('.opblock-summary').click();
    await confirm.getByRole('button', { name: 'Try it out' }).click();
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await confirm.getByRole('button', { name: 'Execute' }).click();
    expect((await answered).status()).toBe(200);
    await page.goto(`${herald.url}/errors`);
    await page.goto(`${herald.url}${new URL((await targetsAt(herald.url)).opens[1] ?? '').pathname}`);
    expect(complaints).toEqual([]);
  });

  it('somebody unsubscribes and subscribes again by the buttons of the page', async () => {
    const outside = herald.herald.publicUrl ?? '';
    const link = herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ben' });
    await page.goto(`${outside}${new URL(link).pathname}`);
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('heading', { name: 'You have been unsubscribed.' }).waitFor();
    await page.getByRole('button', { name: 'Subscribe again' }).click();
    await page.getByRole('heading', { name: 'You are subscribed to approval digests.' }).waitFor();
    await page.goto(page.url());
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('heading', { name: 'You have been unsubscribed.' }).waitFor();
    await page.goto(`${outside}${new URL(link).pathname}x`);
    await page.getByRole('heading', { name: 'This link does not work.' }).waitFor();
  });
});
