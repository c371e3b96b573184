import { afterAll, beforeAll, expect, it } from 'vitest';
import { people } from '../../src/application/read-models/people/people.js';
import type { Herald } from '../../src/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, cli, cliWith, newFolder, publish, replayIs, start } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
beforeAll(async () => {
  herald = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  await publish(herald.url, SMALL_WORLD);
});
afterAll(() => herald.stop());

const run = (...args: string[]) => cli(folder, ...args, '--url', herald.url);

const liveNow = async () => (await ask<{ live: string }>(herald.url, '/v1/projections/people')).body.live;

const build = (n: number) => `people@${people.version}.${n}`;

/** Starts a replay as the console does, which leaves the swap to somebody. */
const replayed = async () => {
  await ask(herald.url, '/v1/projections/people/replay', 'POST');
  await replayIs(herald.url, 'people', 'following');
};

it.each(['swap', 'cancel'])('there is nothing to %s before a replay', async (act) => {
  expect(await run(act, 'people')).toEqual({
    code: 2,
    output: `herald: Cannot ${act}: there is no replay of people. Start one with "herald replay people". [replay-not-in-state]\n`,
  });
});

it('there is nothing to roll back to before a swap', async () => {
  const { code, output } = await run('roll-back', 'people');
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('[nothing-to-roll-back]') });
});

it('A replay is swapped in, and rolled back, and its documents answer', async () => {
  await replayed();
  expect(await run('swap', 'people')).toEqual({
    code: 0,
    output: `${build(2)} is live now; ${build(1)} is kept. Roll back with: herald roll-back people\n`,
  });
  expect(await liveNow()).toBe(build(2));
  expect(await run('roll-back', 'people')).toEqual({
    code: 0,
    output: `${build(1)} is live again; ${build(2)} is kept.\n`,
  });
  expect(await liveNow()).toBe(build(1));
});

it('A replay is cancelled, and what answers stays', async () => {
  await replayed();
  expect(await run('cancel', 'people')).toEqual({
    code: 0,
    output: `${build(3)} is cancelled, and its documents are dropped.\n`,
  });
  expect(await liveNow()).toBe(build(1));
});

it('--json prints what the API answers', async () => {
  await replayed();
  const answer = async (...args: string[]) => JSON.parse((await run(...args, '--json')).output) as unknown;
  expect(await answer('swap', 'people')).toMatchObject({ live: build(4), previous: build(1) });
  expect(await answer('roll-back', 'people')).toMatchObject({ live: build(1), previous: build(4) });
  await replayed();
  expect(await answer('cancel', 'people')).toMatchObject({ id: build(5), status: 'cancelled' });
  expect(await answer('retry', 'people')).toMatchObject({ name: 'people', parkedDocuments: { count: 0 } });
});

it('a replay with --json prints one JSON text on standard output, and says what changed', async () => {
  const { output } = await run('replay', 'people', '--json');
  const result = output.split('\n').find((line) => line.startsWith('{')) ?? '';
  expect(JSON.parse(result)).toMatchObject({
    swapped: true,
    live: build(6),
    previous: build(1),
    difference: { same: 2, added: 0, changed: 0, removed: 0 },
  });
});

it('projections with --json are a line each, as the API answers them', async () => {
  const { code, output } = await run('projections', '--json');
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const { body } = await ask<{ items: unknown[] }>(herald.url, '/v1/projections');
  expect({ code, lines }).toEqual({ code: 0, lines: body.items });
});

it.each(['swap', 'cancel', 'roll-back'])('%s of a projection that there is not is not done', async (act) => {
  const { code, output } = await run(act, 'bogus');
  expect({ code, output }).toEqual({
    code: 2,
    output: expect.stringMatching(/no projection bogus.*\[not-found\]/),
  });
});

it.each(['swap', 'cancel', 'roll-back'])('%s is not done while Herald is away', async (act) => {
  const { code, output } = await cliWith(folder, { HERALD_URL: 'http://127.0.0.1:9' }, act, 'people');
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('[herald-unreachable]') });
});
