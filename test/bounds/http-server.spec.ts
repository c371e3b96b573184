import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  MAX_BODY_BYTES,
  MAX_BYTES_IN_FLIGHT,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_HEADERS_MS,
  MAX_OPEN_REQUESTS,
  MAX_REQUEST_MS,
} from '../../src/domain/bounds.js';
import { aPost } from '../http/events.js';
import {
  EVENT_TYPE,
  PROBLEM_TYPE,
  type ProblemBody,
  startTestHerald,
  type TestHerald,
} from '../http/herald.js';
import { headOf, type RawConnection, rawConnection } from './raw-request.js';

let herald: TestHerald;
let server: Server;
let open: RawConnection[] = [];
beforeAll(async () => {
  herald = await startTestHerald();
  server = herald.herald.app.getHttpServer() as Server;
});
afterAll(() => herald.stop());
afterEach(async () => {
  const closed = open.map((connection) => connection.closed());
  for (const { socket } of open) socket.destroy();
  await Promise.all(closed);
  open = [];
});

const connection = async (...texts: readonly (string | Buffer)[]): Promise<RawConnection> => {
  const made = await rawConnection(herald.url);
  open.push(made);
  for (const text of texts) made.write(text);
  return made;
};

/** An event in a body of so many bytes. */
const bodyOf = (bytes: number): Buffer => Buffer.from(JSON.stringify(aPost('large')).padEnd(bytes));

/** Waits until Herald answers so; what it waits for was sent, but need not have arrived. */
const until = async <T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    await setImmediate();
  }
};

describe('a body', () => {
  it('may be as large as the limit', async () => {
    const answer = await herald.post('/v1/events', EVENT_TYPE, bodyOf(MAX_BODY_BYTES).toString());
    expect(answer).toMatchObject({ status: 202 });
  });

  it('one byte larger is refused, by its length or as it comes', async () => {
    const tooLarge = bodyOf(MAX_BODY_BYTES + 1);
    const declared = await connection(headOf(`Content-Length: ${tooLarge.length}`));
    const text = await declared.answered('"code"');
    expect(text).toContain('HTTP/1.1 413');
    expect(text).toContain(PROBLEM_TYPE);
    expect(text).toContain('payload-too-large');
    expect(text).toContain(String(MAX_BODY_BYTES));

    const chunked = await connection(headOf('Transfer-Encoding: chunked'));
    chunked.write(`${tooLarge.length.toString(16)}\r\n`);
    chunked.write(tooLarge);
    expect(await chunked.answered('"code"')).toContain('HTTP/1.1 413');
  });
});

describe('bodies in flight', () => {
  it('are bounded together; what waits gives its room back when it goes', async () => {
    // Each lacks its last byte.
    const waiting = MAX_BYTES_IN_FLIGHT / MAX_BODY_BYTES;
    const part = bodyOf(MAX_BODY_BYTES).subarray(1);
    for (let n = 0; n < waiting; n += 1) await connection(headOf(`Content-Length: ${MAX_BODY_BYTES}`), part);
    const small = bodyOf(waiting + 1).toString();
    const refused = await until(
      () => herald.post<ProblemBody>('/v1/events', EVENT_TYPE, small),
      ({ status }) => status !== 202,
    );
    expect(refused).toMatchObject({ status: 503, body: { code: 'too-many-bytes-in-flight' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await herald.get('/health')).toMatchObject({ status: 200 });

    open[0]?.socket.destroy();
    await until(
      () => herald.post('/v1/events', EVENT_TYPE, small),
      ({ status }) => status === 202,
    );
  });
});

describe('open requests', () => {
  it('are bounded; health is answered all the same', async () => {
    const begin = () => connection(headOf('Content-Length: 10'), '{');
    for (let n = 0; n < MAX_OPEN_REQUESTS - 1; n += 1) await begin();
    // That one is the last that fits.
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
    await begin();
    const refused = await until(
      () => herald.get<ProblemBody>('/v1/people'),
      ({ status }) => status !== 200,
    );
    expect(refused).toMatchObject({ status: 503, body: { code: 'too-many-open-requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await herald.get('/health')).toMatchObject({ status: 200 });

    open[0]?.socket.destroy();
    await until(
      () => herald.get('/v1/people'),
      ({ status }) => status === 200,
    );
  });
});

describe('connections', () => {
  it('are bounded', () => {
    expect(server.maxConnections).toBe(MAX_CONNECTIONS);
  });

  it('beyond the limit are closed at once, those before are served', async () => {
    server.closeIdleConnections();
    const count = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
    await until(count, (connections) => connections === 0);
    server.maxConnections = 1;
    try {
      const last = await connection();
      const oneMore = await connection();
      expect(await oneMore.closed()).toBe('');
      last.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
      expect(await last.answered()).toContain('HTTP/1.1 200');
    } finally {
      server.maxConnections = MAX_CONNECTIONS;
    }
  });
});

describe('a request that does not arrive', () => {
  beforeEach(() => {
    expect(server).toMatchObject({ requestTimeout: MAX_REQUEST_MS, headersTimeout: MAX_HEADERS_MS });
    server.requestTimeout = 400;
    server.headersTimeout = 200;
  });
  afterEach(() => {
    server.requestTimeout = MAX_REQUEST_MS;
    server.headersTimeout = MAX_HEADERS_MS;
  });

  const head = headOf('Content-Length: 1000');
  it.each([
    ['says nothing', '', ''],
    ['stops within its headers', 'POST /v1/events HTTP/1.1\r\nHost: loc', ''],
    ['stops before its body', head, ''],
    ['drips its body', head, 'a'],
    ['drips chunks', headOf('Transfer-Encoding: chunked'), '1\r\na\r\n'],
  ])('is given up when it %s', async (_, begin, drop) => {
    const slow = await connection(begin);
    const dripping = setInterval(() => slow.socket.writable && slow.write(drop), 50);
    const text = await slow.closed();
    clearInterval(dripping);
    expect(text).toContain('HTTP/1.1 408');
    expect(text).toContain(PROBLEM_TYPE);
    expect(text).toContain('request-timeout');
  });
});

describe('what Node refuses', () => {
  const get = (header: string) => `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Filler: ${header}\r\n\r\n`;

  it('headers beyond the limit are a problem', async () => {
    const room = MAX_HEADER_BYTES - 200;
    expect(await (await connection(get('a'.repeat(room)))).answered()).toContain('HTTP/1.1 200');
    const text = await (await connection(get('a'.repeat(MAX_HEADER_BYTES)))).closed();
    expect(text).toContain('HTTP/1.1 431');
    expect(text).toContain(PROBLEM_TYPE);
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({
      status: 431,
      code: 'headers-too-large',
    });
  });

  it('what is no HTTP is a problem', async () => {
    const text = await (await connection('HELO herald\r\n\r\n')).closed();
    expect(text).toContain('HTTP/1.1 400');
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({
      status: 400,
      code: 'malformed-request',
    });
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/v1/events', 'OPTIONS, POST'],
    ['PUT', '/v1/events', 'OPTIONS, POST'],
    ['OPTIONS', '/v1/notifications', 'GET, HEAD'],
    ['POST', '/v1/notifications', 'GET, HEAD'],
    ['DELETE', '/v1/unsubscribe/abc', 'GET, HEAD, POST'],
    ['POST', '/v1/projections/people/difference?samples=1', 'GET, HEAD'],
    ['PATCH', '/v1/test-clock', 'GET, HEAD, POST'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is answered with those it has: %s', async (method, path, allow) => {
    const answer = await herald.send<ProblemBody>(path, { method });
    expect(answer).toMatchObject({ status: 405, type: PROBLEM_TYPE, body: { code: 'method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('of a path that is not there is 404', async () => {
    expect(await herald.send('/v1/nothing', { method: 'POST' })).toMatchObject({ status: 404 });
    expect(await herald.send('/v1/projections/people/nothing', { method: 'POST' })).toMatchObject({
      status: 404,
    });
  });
});
