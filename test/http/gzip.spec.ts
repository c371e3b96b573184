import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_EVENTS_PER_BATCH } from '../../src/domain/bounds.js';
import { headOf, rawConnection } from '../bounds/raw-request.js';
import { aPost } from './events.js';
import {
  BATCH_TYPE,
  EVENT_TYPE,
  JSON_TYPE,
  type ProblemBody,
  startTestHerald,
  type TestHerald,
} from './herald.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const send = <T>(body: Uint8Array<ArrayBuffer>, headers: Record<string, string>, path = '/v1/events') =>
  herald.send<T>(path, { method: 'POST', headers: { 'content-type': EVENT_TYPE, ...headers }, body });
const gzip = (value: unknown) =>
  new Uint8Array(gzipSync(typeof value === 'string' ? value : JSON.stringify(value)));
const coded = { 'content-encoding': 'gzip' };
/** JSON of so many bytes: an event with a long attribute. */
const ofSize = (bytes: number) => {
  const [before, after] = JSON.stringify({ ...aPost('large'), padding: '#' }).split('#');
  return `${before}${'a'.repeat(bytes - `${before}${after}`.length)}${after}`;
};

describe('A body in gzip', () => {
  it('is read in the structured mode, also by the old name of the coding and in capitals', async () => {
    for (const coding of ['gzip', 'x-gzip', 'GZIP'])
      expect(await send(gzip(aPost(`structured-${coding}`)), { 'content-encoding': coding })).toMatchObject({
        status: 202,
        body: { status: 'accepted' },
      });
  });

  it('is read as a batch', async () => {
    const batch = Array.from({ length: MAX_EVENTS_PER_BATCH }, (_, n) =>
      aPost(`batch-${n}`, { partnerId: `g-${n % 10}` }),
    );
    const answer = await send(gzip(batch), { ...coded, 'content-type': BATCH_TYPE });
    expect(answer).toMatchObject({ status: 202, body: { accepted: MAX_EVENTS_PER_BATCH } });
  });

  it('is read in the binary mode', async () => {
    const { data, ...attributes } = aPost('binary');
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    expect(await send(gzip(data), { ...coded, ...headers, 'content-type': JSON_TYPE })).toMatchObject({
      status: 202,
      body: { status: 'accepted', id: 'binary' },
    });
  });

  it('is the same event as without', async () => {
    expect(await send(gzip(aPost('same')), coded)).toMatchObject({ body: { status: 'accepted' } });
    expect(await herald.publish(aPost('same'))).toMatchObject({ body: { status: 'duplicate' } });
    const plain = new TextEncoder().encode(JSON.stringify(aPost('same')));
    expect(await send(plain, { 'content-encoding': 'identity' })).toMatchObject({
      body: { status: 'duplicate' },
    });
  });

  it('is as large as any other body may be, and not a byte larger', async () => {
    expect(await send(gzip(ofSize(MAX_BODY_BYTES)), coded)).toMatchObject({ status: 202 });
    expect(await send<ProblemBody>(gzip(ofSize(MAX_BODY_BYTES + 1)), coded)).toMatchObject({
      status: 413,
      body: { code: 'payload-too-large' },
    });
  });

  it('that unpacks to a gigabyte is refused while it arrives, in little memory', async () => {
    const part = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = new Uint8Array(Buffer.concat(Array<Buffer>(16).fill(part)));
    expect(bomb.length).toBeLessThan(MAX_BODY_BYTES);
    const before = process.memoryUsage().rss;
    const answer = await send<ProblemBody>(bomb, coded);
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
  });

  it('of which the rest never comes is refused as soon as it is too large', async () => {
    const connection = await rawConnection(herald.url);
    const bomb = gzipSync(Buffer.alloc(MAX_BODY_BYTES * 2));
    connection.write(headOf('Content-Encoding: gzip', `Content-Length: ${MAX_BODY_BYTES}`));
    connection.write(bomb);
    expect(await connection.answered('payload-too-large')).toContain('413');
    connection.socket.destroy();
  });

  it('that never unpacks to anything is refused when it is too long', async () => {
    const empty = gzipSync('');
    const bytes = new Uint8Array(
      Buffer.concat(Array<Buffer>(Math.ceil((MAX_BODY_BYTES + 1) / empty.length)).fill(empty)),
    );
    expect(await send<ProblemBody>(bytes, coded)).toMatchObject({ status: 413 });
  });

  it.each([
    ['plain JSON', new TextEncoder().encode(JSON.stringify(aPost('plain')))],
    ['cut off', gzip(aPost('cut')).slice(0, -12)],
    ['empty', new Uint8Array()],
    ['of bytes that are no UTF-8', new Uint8Array(gzipSync(Buffer.from([0xff, 0xfe])))],
  ])('that is %s is refused as malformed', async (_, body) => {
    expect(await send<ProblemBody>(body, coded)).toMatchObject({
      status: 400,
      body: { code: 'malformed-json' },
    });
  });

  it('counts as bytes in flight until its request is answered: afterwards there is room again', async () => {
    const large = gzip(ofSize(MAX_BODY_BYTES));
    for (let n = 0; n < 40; n += 1) expect((await send(large, coded)).status).toBe(202);
  });
});

describe('A body in another coding', () => {
  it.each([
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, gzip', (text: string) => gzipSync(gzipSync(text))],
    ['nonsense', (text: string) => Buffer.from(text)],
  ])('is refused, and the answer says which is read: %s', async (coding, encode) => {
    const body = new Uint8Array(encode(JSON.stringify(aPost('other'))));
    const answer = await send<ProblemBody>(body, { 'content-encoding': coding });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-content-encoding' } });
    expect(answer.headers.get('accept-encoding')).toBe('gzip');
  });
});
