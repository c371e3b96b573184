import { expect, it, vi } from 'vitest';
import { people } from '../../src/application/read-models/people/people.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, newFolder, replayIs, start } from './running.js';

const { DocumentStore } = (await import(
  new URL('../../dist/application/ports/document-store.js', import.meta.url).href
)) as typeof import('../../src/application/ports/document-store.js');

const { RebuildEngine } = (await import(
  new URL('../../dist/application/read-models/rebuild/rebuild-engine.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/rebuild/rebuild-engine.js');

const publish = (url: string) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(SMALL_WORLD),
  });

it('A swap of which the store fails to note that it was made is not made once more', async () => {
  const folder = newFolder();
  const one = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  await publish(one.url);
  await ask(one.url, '/v1/projections/people/replay', 'POST');
  await replayIs(one.url, 'people', 'following');
  const store = one.app.get(DocumentStore);
  const write = store.write.bind(store);
  const failing = vi.spyOn(store, 'write').mockImplementation(async (collection, writes, upTo) => {
    const [first] = writes;
    if (
      collection.name === 'builds@1' &&
      (first?.document as { status?: string } | undefined)?.status === 'swapped'
    )
      throw new Error('The server is away.');
    return write(collection, writes, upTo);
  });
  expect((await ask(one.url, '/v1/projections/people/swap', 'POST')).status).toBe(500);
  failing.mockRestore();
  await one.stop();
  const two = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  const { body } = await ask<ProjectionStatus>(two.url, '/v1/projections/people');
  expect(body).toMatchObject({
    previous: `people@${people.version}.1`,
    live: `people@${people.version}.2`,
    build: { status: 'swapped' },
  });
  expect((await ask(two.url, '/v1/projections/people/swap', 'POST')).status).toBe(409);
  expect((await ask(two.url, '/v1/projections/people/previous', 'DELETE')).status).toBe(200);
  const { body: listed } = await ask<{ items: unknown[] }>(two.url, '/v1/people');
  expect(listed.items).toHaveLength(2);
  await two.stop();
});

it('A replay that could not be begun because the store was away is begun, or resumed, once it is back', async () => {
  const one = await start(newFolder());
  const replay = (verb: string) => ask<{ status: string }>(one.url, `/v1/projections/people/${verb}`, 'POST');
  const store = one.app.get(DocumentStore);
  const away = new Error('The server is away.');
  const failing = vi.spyOn(store, 'write').mockRejectedValue(away);
  expect((await replay('replay')).status).toBe(500);
  failing.mockRestore();
  const engine = one.app.get(RebuildEngine);
  // Away as soon as it is noted that it begins.
  vi.spyOn(engine, 'start').mockImplementationOnce(async () => {
    vi.spyOn(store, 'write').mockRejectedValueOnce(away);
    throw away;
  });
  expect((await replay('replay')).status).toBe(500);
  vi.restoreAllMocks();
  expect((await replay('resume')).status).toBeLessThan(300);
  await replayIs(one.url, 'people', 'following');
  await one.stop();
});
