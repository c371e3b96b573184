import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_WATCHERS } from '../../src/domain/bounds.js';
import { JSON_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

const PATH = '/v1/projections/people/progress';
const OF_CONSOLE = '/console/projections/people/progress';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

it('so many watch the API and the console at once, all others are served, and who leaves makes room', async () => {
  const watch = async (_: unknown, n: number) => {
    const left = new AbortController();
    const path = n % 2 === 0 ? PATH : OF_CONSOLE;
    const { status } = await fetch(`${herald.url}${path}`, { signal: left.signal });
    expect(status).toBe(200);
    return left;
  };
  const watching = await Promise.all(Array.from({ length: MAX_WATCHERS }, watch));
  const refused = await herald.get<ProblemBody>(PATH);
  expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-watchers' } });
  expect(await herald.get(OF_CONSOLE)).toMatchObject({ status: 429 });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await herald.get('/health')).toMatchObject({ status: 200 });
  expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });

  watching.shift()?.abort();
  for (;;) {
    const left = new AbortController();
    const { status } = await fetch(`${herald.url}${PATH}`, { signal: left.signal });
    left.abort();
    if (status === 200) break;
    await setImmediate();
  }
  for (const left of watching) left.abort();
});

it.each([PATH, OF_CONSOLE])('a shutdown ends %s', async (path) => {
  const stopping = await startTestHerald();
  await stopping.post('/v1/projections/people/replay', JSON_TYPE, '');
  const { body } = await fetch(`${stopping.url}${path}`);
  const events = text(body ?? new ReadableStream());
  await stopping.stop();
  expect(await events).toContain('event: progress');
});
