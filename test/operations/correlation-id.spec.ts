import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_CORRELATION_ID_LENGTH } from '../../src/domain/bounds.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const answeredId = async (headers: Readonly<Record<string, string>>): Promise<string> =>
  String((await herald.send('/health/live', { headers })).headers.get('x-request-id'));

const NEW = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

it('A request keeps the id that its client has given it', async () => {
  const longest = 'a'.repeat(MAX_CORRELATION_ID_LENGTH);
  for (const id of ['mine-1', 'a/b:c_d.e=@+', longest])
    expect(await answeredId({ 'x-request-id': id })).toBe(id);
});

it('An id that is too long or strange is replaced', async () => {
  for (const id of ['a'.repeat(MAX_CORRELATION_ID_LENGTH + 1), 'two words', '{"level":"error"}', ''])
    expect(await answeredId({ 'x-request-id': id })).toMatch(NEW);
});

it('Without an id the trace of the client counts', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  expect(await answeredId({ traceparent: `00-${trace}-00f067aa0ba902b7-01` })).toBe(trace);
  expect(await answeredId({ traceparent: 'nonsense' })).toMatch(NEW);
  expect(await answeredId({})).toMatch(NEW);
});
