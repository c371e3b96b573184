import { expect, it, vi } from 'vitest';
import { type Document, stepAfter } from '../../src/application/ports/document-store.js';
import { people } from '../../src/application/read-models/people/people.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import type { Herald } from '../../src/herald.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, newFolder, replayIs, start } from './running.js';

const { DocumentStore } = (await import(
  new URL('../../dist/application/ports/document-store.js', import.meta.url).href
)) as typeof import('../../src/application/ports/document-store.js');

const { RebuildEngine } = (await import(
  new URL('../../dist/application/read-models/rebuild/rebuild-engine.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/rebuild/rebuild-engine.js');

const { EventStore } = (await import(
  new URL('../../dist/application/ports/event-store.js', import.meta.url).href
)) as typeof import('../../src/application/ports/event-store.js');

interface Lease extends Document {
  readonly holder: string;
  readonly token: number;
}

const publish = (url: string, events: readonly object[] = SMALL_WORLD) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });

/** An instance with a rebuild of `people` that follows the log, and what happens once the swap has stopped the rebuild. */
const rebuilt = async (onceStopped: (herald: Herald) => Promise<void>) => {
  const herald = await start(newFolder(), { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  await publish(herald.url);
  await ask(herald.url, '/v1/projections/people/replay', 'POST');
  await replayIs(herald.url, 'people', 'following');
  const engine = herald.app.get(RebuildEngine);
  const stop = engine.stop.bind(engine);
  vi.spyOn(engine, 'stop').mockImplementationOnce(async (name) => {
    await stop(name);
    await onceStopped(herald);
  });
  return herald;
};

const swapped = (url: string) => ask<{ code: string }>(url, '/v1/projections/people/swap', 'POST');

const liveIn = async (url: string) => (await ask<ProjectionStatus>(url, '/v1/projections/people')).body.live;

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

it('A swap whose lease another instance takes after the last write is refused, and the live documents go on answering', async () => {
  const { url, stop } = await rebuilt(async ({ app }) => {
    const store = app.get(DocumentStore);
    const leases = { name: 'leases@1', indexes: [] };
    const write = store.write.bind(store);
    const takeOver = async () => {
      const lease = (await store.get<Lease>(leases, ['replays'])).get('replays');
      const position = stepAfter(lease?.position);
      const token = (lease?.token ?? 0) + 1;
      const document = { id: 'replays', position, holder: 'another instance', token };
      await write(leases, [{ id: 'replays', position, document }]);
    };
    vi.spyOn(store, 'write').mockImplementation(async (collection, ...rest) => {
      await write(collection, ...rest);
      if (collection.name === `people@${people.version}.2`) await takeOver();
    });
  });
  const before = await liveIn(url);
  expect(await swapped(url)).toMatchObject({ status: 409, body: { code: 'rebuild-owned-elsewhere' } });
  expect(await liveIn(url)).toBe(before);
  vi.restoreAllMocks();
  await stop();
});

it('A swap whose documents do not get to the head of the log is refused, and made once they do', async () => {
  const cy = { userId: 'cy', partnerId: 'nordlicht', name: 'Cy', email: 'cy@nordlicht.example' };
  const { url, stop } = await rebuilt(async ({ url, app }) => {
    await publish(url, [anEvent('cy', 'partner-user.added', { ...cy, role: 'member' })]);
    // The log ends early, as one behind a server that falls silent does.
    vi.spyOn(app.get(EventStore), 'readAll').mockImplementation(async function* () {});
  });
  const before = await liveIn(url);
  expect(await swapped(url)).toMatchObject({ status: 503, body: { code: 'projections-stopped' } });
  expect(await liveIn(url)).toBe(before);
  vi.restoreAllMocks();
  expect((await swapped(url)).status).toBe(200);
  const { body } = await ask<{ items: { userId: string }[] }>(url, '/v1/people');
  expect(body.items.map(({ userId }) => userId)).toContain('cy');
  expect(await liveIn(url)).not.toBe(before);
  await stop();
});
