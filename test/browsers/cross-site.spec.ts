import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { aPost } from '../http/events.js';
import { EVENT_TYPE, JSON_TYPE, startTestHerald, type TestHerald } from '../http/herald.js';
import { apiRoutesOf, pathOf, routesOf } from '../http/routes.js';
import { SMALL_WORLD } from '../http/small-world.js';

let herald: TestHerald;
let link: string;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
  link = new URL(herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ada' }))
    .pathname;
});
afterAll(() => herald.stop());

type Headers = Readonly<Record<string, string>>;

/** With the headers of a browser, which `fetch` would not let a test choose. */
const send = (method: string, path: string, headers: Headers = {}, body = '') =>
  new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const length = body ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const request = httpRequest(`${herald.url}${path}`, { method, headers: { ...length, ...headers } });
    request.on('error', reject).on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    request.end(body);
  });

/** Requests that browsers make for pages of other origins, by what they add. */
const FOREIGN: Readonly<Record<string, Headers>> = {
  'a page of another site': { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  'another port of this machine': { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' },
  'a page without an origin, such as a sandboxed frame': { 'sec-fetch-site': 'cross-site', origin: 'null' },
  'a page in an older browser, which sends only Origin': { origin: 'https://evil.example' },
  'a page without an origin in an older browser': { origin: 'null' },
  'a page over HTTP elsewhere, without Sec-Fetch-Site': { origin: 'http://localhost.evil.example:3000' },
  'an extension': { 'sec-fetch-site': 'none', origin: 'chrome-extension://abcdefgh' },
  'another port by Origin alone': { origin: 'http://localhost:1' },
  'a page that lies to a proxy': { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
  'a value that nobody knows': { 'sec-fetch-site': 'same-sight' },
  'two origins': { origin: 'http://localhost:3000, https://evil.example' },
};

describe('a request that changes something', () => {
  it.each(Object.entries(FOREIGN))(
    'of %s is refused on every route, and changes nothing',
    async (_, headers) => {
      const head = await herald.head();
      const { body: before } = await herald.get('/v1/test-clock');
      const unsafe = routesOf(herald).filter(
        ({ method, path }) => method !== 'GET' && !/^\/v1\/(unsubscribe|feedback)/.test(path),
      );
      expect(unsafe.length).toBeGreaterThan(12);
      for (const route of unsafe) {
        const { status, text } = await send(route.method, pathOf(route), headers);
        expect([route.path, status, JSON.parse(text).code]).toEqual([route.path, 403, 'cross-site-request']);
      }
      expect(await herald.head()).toBe(head);
      expect((await herald.get('/v1/test-clock')).body).toEqual(before);
    },
  );

  it('is refused so, too, where its method is none of the path', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      for (const path of ['/v1/events', '/v1/people', '/v1/nothing']) {
        const { status, text } = await send(method, path, { origin: 'https://evil.example' });
        expect([method, path, status, JSON.parse(text).code]).toEqual([
          method,
          path,
          403,
          'cross-site-request',
        ]);
      }
  });

  it('of a page of Herald’s own is taken, with or without a proxy for TLS', async () => {
    const { host } = new URL(herald.url);
    const own: readonly Headers[] = [
      { 'sec-fetch-site': 'same-origin', origin: `http://${host}` },
      { 'sec-fetch-site': 'same-origin', origin: `https://${host}` },
      { origin: `http://${host.toUpperCase()}` },
      { 'sec-fetch-site': 'none' },
      {},
    ];
    for (const [n, headers] of own.entries()) {
      const event = JSON.stringify({ ...aPost('own'), id: `own-${n}` });
      const { status } = await send('POST', '/v1/events', { ...headers, 'content-type': EVENT_TYPE }, event);
      expect([headers, status]).toEqual([headers, 202]);
    }
    const tls = { host: 'localhost', origin: 'https://localhost', 'content-type': JSON_TYPE };
    expect((await send('POST', '/v1/test-clock', tls, '{"now":"2026-03-02T09:00:00Z"}')).status).toBe(200);
  });

  it('of curl, without a body and without a type, is taken as before', async () => {
    expect((await send('POST', '/v1/projections/people/retry')).status).toBe(200);
    expect((await send('DELETE', '/v1/projections/people/previous')).status).toBe(409);
  });
});

describe('a request that reads', () => {
  it.each(Object.entries(FOREIGN))('of %s is not answered either', async (_, headers) => {
    for (const path of ['/v1/people', '/v1/why-not?person=ada&rule=account-expired', '/docs', '/health'])
      expect([path, (await send('GET', path, headers)).status]).toEqual([path, 403]);
  });

  it('is answered when somebody opens a link of another site, but not in a frame of it', async () => {
    const opened = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await send('GET', '/docs', { ...opened, 'sec-fetch-dest': 'document' })).status).toBe(200);
    for (const dest of ['iframe', 'frame', 'embed', 'object', 'image', ''])
      expect((await send('GET', '/docs', { ...opened, 'sec-fetch-dest': dest })).status).toBe(403);
    const form = { ...opened, 'sec-fetch-dest': 'document', origin: 'https://evil.example' };
    expect((await send('POST', '/v1/projections/people/replay', form)).status).toBe(403);
  });

  it('tells no other origin that it may read, and lets no page embed or keep it', async () => {
    const paths = ['/v1/people', '/v1/agenda', '/health', '/docs', '/docs-json', '/errors', '/asyncapi.json'];
    for (const path of [...paths, '/v1/nothing', link, '/v1/test-clock']) {
      const { headers } = await send('GET', path);
      expect(headers).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      const policy = String(headers['content-security-policy']);
      for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", 'form-action '])
        expect([path, policy]).toEqual([path, expect.stringContaining(part)]);
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|data:)/);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

describe('what is served outside', () => {
  it('takes the one click of mail programs, wherever it comes from', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const headers of [{}, ...Object.values(FOREIGN)])
      expect((await send('POST', link, { ...form, ...headers }, 'List-Unsubscribe=One-Click')).status).toBe(
        200,
      );
  });

  it('leaves it to their signatures whose reports are believed', async () => {
    const { status, text } = await send('POST', '/v1/feedback/ses', { 'content-type': 'text/plain' }, '{}');
    expect([status, JSON.parse(text).code]).toEqual([404, 'feedback-not-configured']);
  });
});

describe('a body', () => {
  const unread = [
    ...[
      'text/plain',
      'text/plain;charset=UTF-8',
      'application/x-www-form-urlencoded',
      'text/plain; application/json',
    ],
    ...[
      'multipart/form-data; boundary=x',
      'application/xml',
      'message/rfc822',
      'application/octet-stream',
      'json',
    ],
  ];
  it.each([...unread, undefined])(
    'of the type %s is refused everywhere but where it is expected',
    async (type) => {
      const bodies = apiRoutesOf(herald).filter(
        ({ method, path }) => method === 'POST' && !/^\/v1\/(unsubscribe|feedback)/.test(path),
      );
      const head = await herald.head();
      for (const route of bodies) {
        const headers: Headers = type === undefined ? {} : { 'content-type': type };
        const { status, text } = await send('POST', pathOf(route), headers, '{"now":"2027-01-01T00:00:00Z"}');
        expect([route.path, status, JSON.parse(text).code]).toEqual([
          route.path,
          415,
          'unsupported-content-type',
        ]);
      }
      expect(await herald.head()).toBe(head);
      expect((await herald.get<{ now: string }>('/v1/test-clock')).body.now).toMatch(/^2026-03-02/);
    },
  );

  it('for a route that does not exist is not asked for its type', async () => {
    expect((await send('POST', '/v1/nothing', { 'content-type': 'text/plain' }, 'x')).status).toBe(404);
  });
});
