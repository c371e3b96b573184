import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import {
  MAX_FEEDBACK_BODY_BYTES,
  MAX_PUBLIC_BYTES_IN_FLIGHT,
  MAX_PUBLIC_CONNECTIONS,
  MAX_PUBLIC_HEADERS_MS,
  MAX_PUBLIC_OPEN_REQUESTS,
  MAX_PUBLIC_REQUEST_MS,
  MAX_UNSUBSCRIBE_BODY_BYTES,
  MAX_UNSUBSCRIBES_PER_CLIENT,
} from '../../src/domain/bounds.js';
import { ROUTE_ACCESS, type RouteAccess } from '../../src/infrastructure/http/access/route-access.js';
import { type RawConnection, rawConnection } from '../bounds/raw-request.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { pathOf, type Route, routesOf } from './routes.js';

const FORM = 'application/x-www-form-urlencoded';
const ONE_CLICK = 'List-Unsubscribe=One-Click';

const audience = (route: Route): string | undefined => {
  const access = route.metadata<RouteAccess>(ROUTE_ACCESS);
  return access && 'publicTo' in access ? access.publicTo : undefined;
};
const isOfRecipients = (route: Route) => audience(route) === 'recipients';
const isServedOutside = (route: Route) =>
  ['recipients', 'providers'].includes(audience(route) ?? '') || route.path === '/health/live';

/** Another instance, and how its public listener is spoken to. */
const startPublic = async (changes: Readonly<Record<string, string | undefined>> = {}) => {
  const herald = await startTestHerald({ HERALD_PUBLIC_PORT: '0', ...changes });
  const outside = herald.herald.publicUrl ?? '';
  const linkOf = (userId: string) =>
    new URL(herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId })).pathname;
  return { herald, outside, linkOf };
};

let herald: TestHerald;
let outside: string;
let linkOf: (userId: string) => string;
beforeAll(async () => {
  ({ herald, outside, linkOf } = await startPublic());
});
afterAll(() => herald.stop());

describe('the public listener', () => {
  it('serves the page of a link, and takes one click', async () => {
    const page = await fetch(`${outside}${linkOf('ada')}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const click = { method: 'POST', headers: { 'content-type': FORM }, body: ONE_CLICK };
    expect((await fetch(`${outside}${linkOf('ada')}`, click)).status).toBe(200);
  });

  it('serves nothing else: no other route, no docs, no health but whether it is alive', async () => {
    const others = routesOf(herald).filter((route) => !isServedOutside(route));
    const paths = [...others.map((route) => ({ method: route.method, path: pathOf(route) }))];
    for (const path of [
      '/docs',
      '/docs/',
      '/docs-json',
      '/docs-yaml',
      '/docs/swagger-ui-init.js',
      '//v1/people',
    ])
      paths.push({ method: 'GET', path });
    for (const path of ['/', '/v1', '/docs/package.json', '/docs/../v1/people', '/v1/unsubscribe/../people'])
      paths.push({ method: 'GET', path });
    // What a path is asked for must not tell whether it exists.
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])
      for (const path of ['/v1/people', '/v1/events', '/docs', '/v1/unsubscribe'])
        paths.push({ method, path });
    expect(others.length).toBeGreaterThan(30);
    for (const { method, path } of paths) {
      const answer = await fetch(`${outside}${path}`, { method: method === 'ALL' ? 'GET' : method });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
      expect(answer.headers.get('allow')).toBeNull();
      const problem = (await answer.json()) as ProblemBody;
      expect(problem.code).toBe('not-found');
      expect(JSON.stringify(problem)).not.toContain('/docs');
    }
  });

  it('says whether the process is alive, for load balancers', async () => {
    expect(await (await fetch(`${outside}/health/live`)).json()).toEqual({ status: 'ok' });
  });

  it('takes the reports of mail providers; the API takes them, too', async () => {
    for (const base of [outside, herald.url]) {
      const answer = await fetch(`${base}/v1/feedback/standard`, { method: 'POST', body: '{}' });
      expect(((await answer.json()) as ProblemBody).code).toBe('feedback-not-configured');
    }
  });

  it('takes a body of a kilobyte for a link, and a larger one from providers', async () => {
    const post = async (path: string, bytes: number) =>
      (await fetch(`${outside}${path}`, { method: 'POST', body: 'a'.repeat(bytes) })).status;
    expect(await post(linkOf('ben'), MAX_UNSUBSCRIBE_BODY_BYTES)).toBe(200);
    expect(await post(linkOf('ben'), MAX_UNSUBSCRIBE_BODY_BYTES + 1)).toBe(413);
    expect(await post('/v1/feedback/standard', MAX_FEEDBACK_BODY_BYTES)).toBe(404);
    expect(await post('/v1/feedback/standard', MAX_FEEDBACK_BODY_BYTES + 1)).toBe(413);
  });

  it('lets nothing be kept, framed or told to others', async () => {
    for (const path of [linkOf('ada'), '/v1/unsubscribe/damaged', '/v1/people', '/health/live']) {
      const { headers } = await fetch(`${outside}${path}`);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('is where the links of mails lead, as far as no address is set', async () => {
    const set = await startPublic({ HERALD_PUBLIC_URL: 'https://mail.aurora.example' });
    const links = ({ herald: { herald } }: typeof set) =>
      herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ada' });
    expect(links(set)).toMatch(/^https:\/\/mail\.aurora\.example\/v1\/unsubscribe\//);
    await set.herald.stop();
    // Port 0 is a free one, which is not known before.
    expect(herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'n', userId: 'a' })).toMatch(
      /^http:\/\/localhost:0\//,
    );
  });
});

describe('the API', () => {
  it('does not serve what recipients open, while there is a public listener', async () => {
    for (const route of routesOf(herald).filter(isOfRecipients)) {
      const path = route.path.replace('/v1/unsubscribe/:token', linkOf('ada'));
      const answer = await herald.send<ProblemBody>(path, { method: route.method });
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not-found']);
    }
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
  });

  it('serves it while there is none', async () => {
    const alone = await startTestHerald();
    expect(alone.herald.publicUrl).toBeUndefined();
    const link = alone.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ada' });
    expect(await alone.get(new URL(link).pathname)).toMatchObject({ status: 200 });
    await alone.stop();
  });
});

describe('limits of the public listener', () => {
  let open: RawConnection[] = [];
  afterEach(async () => {
    const closed = open.map((connection) => connection.closed());
    for (const { socket } of open) socket.destroy();
    await Promise.all(closed);
    open = [];
  });
  const begin = async (path: string, length: number, body: string | Buffer) => {
    const made = await rawConnection(outside);
    open.push(made);
    made.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
    made.write(body);
  };
  const until = async (url: string, init: RequestInit, status: number) => {
    for (;;) {
      const answer = await fetch(url, init);
      const text = await answer.text();
      if (answer.status === status) return text;
      await setImmediate();
    }
  };

  it('are its own: connections, and the time that a request may take', () => {
    const { server } = herald.herald.app.getHttpAdapter().getInstance().publicListener;
    expect(server).toMatchObject({
      ...{ maxConnections: MAX_PUBLIC_CONNECTIONS, headersTimeout: MAX_PUBLIC_HEADERS_MS },
      requestTimeout: MAX_PUBLIC_REQUEST_MS,
    });
  });

  it('open requests are bounded; the API is not concerned', async () => {
    for (let n = 0; n < MAX_PUBLIC_OPEN_REQUESTS; n += 1) await begin('/v1/feedback/mail', 10, '{');
    expect(await until(`${outside}${linkOf('ada')}`, {}, 503)).toContain('too-many-open-requests');
    expect((await fetch(`${outside}/health/live`)).status).toBe(200);
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
  });

  it('bodies in flight are bounded; the API is not concerned', async () => {
    const part = Buffer.alloc(MAX_FEEDBACK_BODY_BYTES - 1, 'a');
    for (let n = 0; n < MAX_PUBLIC_BYTES_IN_FLIGHT / MAX_FEEDBACK_BODY_BYTES; n += 1)
      await begin('/v1/feedback/standard', MAX_FEEDBACK_BODY_BYTES, part);
    const small = { method: 'POST', body: 'a'.repeat(100) };
    expect(await until(`${outside}/v1/feedback/standard`, small, 503)).toContain('too-many-bytes-in-flight');
    expect(await herald.moveTo('2026-03-02T09:00:00.000Z')).toMatchObject({ status: 200 });
  });

  it('requests are counted per client, as a proxy that is believed names it', {
    timeout: 120_000,
  }, async () => {
    const believing = await startPublic({ HERALD_TRUSTED_PROXIES: '127.0.0.1' });
    const ask = async (base: string, client: string) => {
      const answer = await fetch(`${base}/v1/unsubscribe/guess`, { headers: { 'x-forwarded-for': client } });
      await answer.text();
      return answer.status;
    };
    const asked = Array.from({ length: MAX_UNSUBSCRIBES_PER_CLIENT }, (_, n) => n);
    for (let n = 0; n < asked.length; n += 50)
      await Promise.all(
        asked.slice(n, n + 50).map(async (one) => {
          await ask(believing.outside, '203.0.113.1');
          await ask(outside, `203.0.113.${one % 250}`);
        }),
      );
    expect(await ask(believing.outside, '203.0.113.1')).toBe(429);
    // Whoever claims to be another is the first one that the proxy did not see itself.
    expect(await ask(believing.outside, '203.0.113.9, 203.0.113.1')).toBe(429);
    expect(await ask(believing.outside, '203.0.113.2')).toBe(404);
    expect(await ask(outside, '203.0.113.251')).toBe(429);
    await believing.herald.stop();
  });
});

describe('shutdown', () => {
  const refuses = (url: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.destroy();
        resolve(false);
      });
      socket.on('error', () => resolve(true));
    });

  it('closes both listeners, and cuts off what does not end in time', async () => {
    const ending = await startPublic({ HERALD_STOP_WITHIN: '5' });
    const silent = await rawConnection(ending.outside);
    silent.write('POST /v1/feedback/mail HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
    await ending.herald.stop();
    expect(await silent.closed()).not.toContain('200');
    expect([await refuses(ending.herald.url), await refuses(ending.outside)]).toEqual([true, true]);
  });

  it('a port that is in use is named by its setting, and the API does not go on without it', async () => {
    const taken = createServer();
    const port = await portOf(taken);
    await expect(startTestHerald({ HERALD_PUBLIC_PORT: String(port) })).rejects.toMatchObject({
      ...{ code: 'address-in-use', field: 'HERALD_PUBLIC_PORT' },
      message: expect.stringContaining('HERALD_PUBLIC_PORT'),
    });
    taken.close();
  });
});

const portOf = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      resolve(typeof at === 'object' && at ? at.port : 0);
    }),
  );
