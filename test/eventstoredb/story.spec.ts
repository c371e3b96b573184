import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Comparison } from '../../src/application/read-models/rebuild/compare.js';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import type { Herald } from '../../src/herald.js';
import { ask, newFolder, replayIs, start } from '../replay/running.js';
import { EventStoreDouble } from './double/double.js';

let server: EventStoreDouble;
let herald: Herald;
beforeAll(async () => {
  server = await new EventStoreDouble().start();
  herald = await start(newFolder(), { HERALD_EVENT_STORE: server.url, HERALD_CLOCK_START: START });
});
afterAll(async () => {
  await herald.stop();
  await server.kill();
});

it('With its log in EventStoreDB Herald tells the story of eight weeks as ever', async () => {
  await play(new Client(herald.url));
  const { body } = await ask<{ items: { outcome: string }[] }>(herald.url, '/v1/notifications?limit=200');
  const withOutcome = (wanted: string) => body.items.filter(({ outcome }) => outcome === wanted);
  expect(withOutcome('accepted')).toHaveLength(77);
  expect(withOutcome('withheld')).toHaveLength(16);
}, 120_000);

it('and rebuilds a projection from it while it answers, to the same documents', async () => {
  await ask(herald.url, '/v1/projections/history/replay', 'POST');
  await replayIs(herald.url, 'history', 'following');
  const { body } = await ask<Comparison>(herald.url, '/v1/projections/history/difference');
  expect(body).toMatchObject({ added: 0, changed: 0, removed: 0 });
  expect(body.hashes.rebuilt).toBe(body.hashes.live);
});
