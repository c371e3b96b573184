import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PINNED_ANSWER_BYTES } from '../../src/domain/bounds.js';
import { PinnedFetch } from '../../src/infrastructure/feedback/ses/pinned-fetch.js';

let server: Server;
let url: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer(({ url: path = '' }, response) => {
    asked.push(path);
    if (path === '/moved') return response.writeHead(302, { location: '/secret' }).end();
    if (path === '/none') return response.writeHead(404).end('x');
    return response.end('x'.repeat(path === '/long' ? MAX_PINNED_ANSWER_BYTES + 1 : MAX_PINNED_ANSWER_BYTES));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('A fetch from a host that the code has chosen', () => {
  const { text } = PinnedFetch.prototype;

  it('takes as much as it may, and not one byte more', async () => {
    expect((await text(`${url}/whole`)).length).toBe(MAX_PINNED_ANSWER_BYTES);
    await expect(text(`${url}/long`)).rejects.toThrow('answered too much');
  });

  it('follows no redirect', async () => {
    await expect(text(`${url}/moved`)).rejects.toThrow();
    expect(asked).not.toContain('/secret');
  });

  it('takes no other answer than 200', async () => {
    await expect(text(`${url}/none`)).rejects.toThrow('answered 404');
  });
});
