import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect, SCHEME } from './tested-client.js';

const MEGABYTE = 1024 * 1024;

let server: Http2Server;
let url: string;

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `${SCHEME}://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false`;
});

afterEach(() => {
  server.close();
});

it('A distant server may send many events before it hears that they have arrived', async () => {
  const client = connect({ url });
  const reading = client.readStream('account-1', { direction: 'forwards', fromRevision: 'start' });
  const failed = once(reading, 'error').catch((error: unknown) => error);
  const [session] = (await once(server, 'session')) as [ServerHttp2Session];
  const [{ initialWindowSize }] = (await once(session, 'remoteSettings')) as [Settings];
  expect(initialWindowSize).toBe(4 * MEGABYTE);
  // That of the connection as a whole, which all calls share, comes apart.
  await expect.poll(() => session.state.remoteWindowSize).toBe(4 * MEGABYTE);
  session.destroy();
  await failed;
  await client.dispose();
});
