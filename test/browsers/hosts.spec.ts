import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllowedHosts } from '../../src/infrastructure/http/browsers/allowed-hosts.js';
import { hostOf } from '../../src/infrastructure/http/browsers/requested-hosts.js';
import { rawConnection } from '../bounds/raw-request.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';

let herald: TestHerald;
let outside: string;
beforeAll(async () => {
  herald = await startTestHerald({
    HERALD_PUBLIC_PORT: '0',
    HERALD_PUBLIC_URL: 'https://mail.aurora.example',
    HERALD_ALLOWED_HOSTS: 'herald.internal, *.herald.svc',
  });
  outside = herald.herald.publicUrl ?? '';
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
});
afterAll(() => herald.stop());

/** What is answered to bytes as they are: the status, and all of it. */
const answerTo = async (url: string, ...lines: readonly string[]) => {
  const connection = await rawConnection(url);
  connection.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  const text = await connection.closed();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
};
const asked = (host: string, url = herald.url, path = '/v1/people') =>
  answerTo(url, `GET ${path} HTTP/1.1`, `Host: ${host}`);

const OWN = [
  ...['localhost', 'localhost:3000', 'localhost:1', 'LocalHost', 'localhost.', 'herald.localhost'],
  ...['127.0.0.1', '127.0.0.1:80', '127.1.2.3', '[::1]', '[::1]:3000', '[0:0:0:0:0:0:0:1]'],
  ...['herald.internal', 'HERALD.internal:3000', 'a.herald.svc', 'b.a.herald.svc:1'],
];
const FOREIGN = [
  ...['evil.example', 'evil.example:3000', 'localhost.evil.example', '127.0.0.1.nip.io', 'localhosts'],
  ...['xlocalhost', 'herald.internal.evil.example', 'herald.svc', 'evilherald.svc', 'xn--80ak6aa92e.com'],
  ...['0.0.0.0', '0', '10.0.0.1', '169.254.169.254', '128.0.0.1', '[::]', '[::ffff:10.0.0.1]', '[fe80::1]'],
  ...['mail.aurora.example', 'host.docker.internal', '_', 'a..b', 'localhost.localdomain'],
];
const MALFORMED = [
  ...['', ' ', 'localhost evil.example', 'localhost, evil.example', 'localhost,localhost', 'localhost/'],
  ...['localhost/@evil.example', 'user@localhost', 'evil.example@localhost', 'http://localhost'],
  ...['localhost:port', 'localhost:99999', 'localhost:-1', 'localhost:3000:1', ':3000', '[::1', '::1', '[]'],
  ...['localhost\\', 'localhost%00', 'localhost#', 'localhost?', '*', 'локалхост', '[::1%25eth0]'],
];

describe('the host that a request asks for', () => {
  it.each(OWN)('%s is this instance', async (host) => {
    const { status, text } = await asked(host);
    expect(status).toBe(200);
    expect(text).toContain('nordlicht');
  });

  it.each(FOREIGN)('%s is another one: 421, and nothing is told', async (host) => {
    const { status, text } = await asked(host);
    expect(status).toBe(421);
    expect(text).toContain('misdirected-request');
    expect(text).not.toContain('nordlicht');
  });

  it.each(MALFORMED)('“%s” is none: 400', async (host) => {
    const { status, text } = await asked(host);
    expect(status).toBe(400);
    expect(text).toContain('malformed-request');
    expect(text).not.toContain('nordlicht');
  });

  it.each([
    ['none', ['GET /v1/people HTTP/1.1']],
    ['none in HTTP/1.0', ['GET /v1/people HTTP/1.0']],
    ['none in HTTP/0.9', ['GET /v1/people']],
    ['two', ['GET /v1/people HTTP/1.1', 'Host: localhost', 'Host: evil.example']],
    ['two in the other order', ['GET /v1/people HTTP/1.1', 'Host: evil.example', 'host: localhost']],
    ['the same twice', ['GET /v1/people HTTP/1.1', 'Host: localhost', 'HOST: localhost']],
    ['a blank before the colon', ['GET /v1/people HTTP/1.1', 'Host : localhost']],
    ['a folded line', ['GET /v1/people HTTP/1.1', 'Host: localhost', ' evil.example']],
  ])('must be one: %s is 400', async (_, lines) => {
    const { status, text } = await answerTo(herald.url, ...lines);
    expect(status).toBe(400);
    expect(text).not.toContain('nordlicht');
  });

  it.each([
    ['http://localhost/v1/people', 'localhost', 200],
    ['http://localhost:3000/v1/people', '127.0.0.1', 200],
    ['http://evil.example/v1/people', 'localhost', 421],
    ['http://localhost/v1/people', 'evil.example', 421],
    ['http://evil.example/v1/people', 'evil.example', 421],
    ['https://evil.example/v1/people', 'localhost', 421],
    ['HTTP://evil.example/v1/people', 'localhost', 421],
    ['http://localhost@evil.example/v1/people', 'localhost', 400],
    ['http://evil.example@localhost/v1/people', 'localhost', 400],
    ['http://localhost\\@evil.example/v1/people', 'localhost', 400],
    ['http:///v1/people', 'localhost', 400],
    ['http://localhost:99999/v1/people', 'localhost', 400],
    ['http:/v1/people', 'localhost', 400],
    ['//evil.example/v1/people', 'localhost', 404],
  ])('is also that of the target: %s for %s is %i', async (target, host, expected) => {
    const { status, text } = await answerTo(herald.url, `GET ${target} HTTP/1.1`, `Host: ${host}`);
    expect(status).toBe(expected);
    if (expected !== 200) expect(text).not.toContain('nordlicht');
  });

  it('is not taken from headers of proxies', async () => {
    const headers = ['X-Forwarded-Host: localhost', 'Forwarded: host=localhost', 'X-Host: localhost'];
    const foreign = await answerTo(herald.url, 'GET /v1/people HTTP/1.1', 'Host: evil.example', ...headers);
    expect(foreign.status).toBe(421);
  });

  it('is asked of every request, whatever its path and method', async () => {
    for (const path of ['/', '/docs', '/docs-json', '/health', '/metrics', '/errors', '/v1/nothing'])
      expect([path, (await asked('evil.example', herald.url, path)).status]).toEqual([path, 421]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'])
      expect((await answerTo(herald.url, `${method} /v1/events HTTP/1.1`, 'Host: evil.example')).status).toBe(
        421,
      );
  });

  it('of the public listener is that of HERALD_PUBLIC_URL, too', async () => {
    const ask = async (host: string) => (await asked(host, outside, '/v1/unsubscribe/x')).status;
    expect(await ask('mail.aurora.example')).toBe(404);
    expect(await ask('mail.aurora.example:443')).toBe(404);
    expect(await ask('localhost')).toBe(404);
    expect(await ask('evil.example')).toBe(421);
    expect(await ask('')).toBe(400);
  });
});

describe('hosts of a listener', () => {
  const has = (listening: string, host: string, ...names: readonly string[]) =>
    new AllowedHosts(listening, names).has(hostOf(host) ?? 'malformed');

  it('on all addresses are all addresses, as kubelet probes a pod by its own, and loopback', () => {
    for (const everywhere of ['0.0.0.0', '::'])
      for (const host of ['10.244.1.7:3000', '[fd00::7]:3000', '192.168.1.5', 'localhost:3000', '127.0.0.1'])
        expect([everywhere, host, has(everywhere, host)]).toEqual([everywhere, host, true]);
    for (const name of ['herald', 'evil.example', '10.0.0.1.nip.io'])
      expect([name, has('0.0.0.0', name)]).toEqual([name, false]);
    expect(has('0.0.0.0', 'herald:3000', 'herald')).toBe(true);
  });

  it('on one address are that address alone', () => {
    expect(has('10.0.0.5', '10.0.0.5:3000')).toBe(true);
    expect(has('fd00::5', '[FD00::5]:3000')).toBe(true);
    for (const host of ['10.0.0.6', 'localhost', '127.0.0.1']) expect(has('10.0.0.5', host)).toBe(false);
  });

  it('on a name are that name', () => {
    expect(has('herald.internal', 'herald.internal:3000')).toBe(true);
    expect(has('herald.internal', '10.0.0.5')).toBe(false);
    expect(has('localhost', '127.0.0.1')).toBe(true);
  });
});
