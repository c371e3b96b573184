import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { people } from '../../src/application/read-models/people/people.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';
import { breakBen } from './ben.js';

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});
const user = (userId: string) =>
  anEvent(userId, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example`, role: 'admin' },
  });
/** An instance where Ben is parked. */
const parkedAtBen = async () => {
  const projections = herald.herald.app.get(Projections);
  const broken = breakBen();
  await herald.publishAll(SMALL_WORLD);
  await until(
    async () => projections.parked('people').length,
    (count) => count === 1,
  );
  return { projections, broken, store: herald.herald.app.get(DocumentStore) };
};
const userIds = async () => {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await herald.herald.app
      .get(ReadModels)
      .find(people, { limit: 500, ...(after ? { after } : {}) });
    ids.push(...page.documents.map(({ userId }) => userId));
    after = page.next;
  } while (after);
  return ids;
};

it('A retry while the one before parks again leaves nothing out', async () => {
  const { projections, broken } = await parkedAtBen();
  const others = Array.from({ length: 1_200 }, (_, n) => `u${n}`);
  for (let n = 0; n < 1_200; n += 300) await herald.publishAll(others.slice(n, n + 300).map(user));
  // Somebody who clicks twice.
  await Promise.all([projections.retry('people'), projections.retry('people')]);
  broken.mockRestore();
  await projections.retry('people');
  await herald.settled();
  const ids = await userIds();
  expect(ids).toContain('ben');
  expect(ids).toHaveLength(1_202);
});

it('A retry whose lease could not be looked at leaves documents that are written later', async () => {
  const { projections, broken, store } = await parkedAtBen();
  broken.mockRestore();
  const get = store.get.bind(store);
  const away = vi.spyOn(store, 'get').mockImplementation((collection, ids) => {
    if (collection.name.startsWith('leases')) return Promise.reject(new Error('The server is away.'));
    return get(collection, ids);
  });
  await expect(projections.retry('people')).rejects.toThrow('away');
  away.mockRestore();
  await herald.publish(user('late'));
  await projections.caughtUp('people');
  expect(await userIds()).toEqual(['ada', 'late']);
  await projections.retry('people');
  expect(await userIds()).toEqual(['ada', 'ben', 'late']);
});

it('Herald ends while the store of the read models is away', async () => {
  const store = herald.herald.app.get(DocumentStore);
  const log = herald.herald.app.get(EventStore);
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const away = new Error('The server is away.');
  vi.spyOn(store, 'get').mockRejectedValue(away);
  vi.spyOn(store, 'write').mockRejectedValue(away);
  vi.spyOn(store, 'checkpoint').mockRejectedValue(away);
  const closed = vi.spyOn(log, 'close');
  const ended = await herald.herald.app.close().then(
    () => 'ended',
    (error: Error) => `failed: ${error.message}`,
  );
  expect([ended, closed.mock.calls.length]).toEqual(['ended', 1]);
});

it('Where it is not known how far it is, it does not read the log from its start', async () => {
  const projections = herald.herald.app.get(Projections);
  const store = herald.herald.app.get(DocumentStore);
  const log = herald.herald.app.get(EventStore);
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const projector = projections.projector('people');
  const failing = vi.spyOn(store, 'checkpoint').mockRejectedValue(new Error('away'));
  await projector?.reread().catch(() => undefined);
  failing.mockRestore();
  const readAll = vi.spyOn(log, 'readAll');
  await projections.keepLeases();
  expect(readAll.mock.calls.filter(([options]) => options?.from === undefined)).toEqual([]);
});

it('Documents that another Herald swapped in are followed, also where the store failed when it was seen', async () => {
  const projections = herald.herald.app.get(Projections);
  const store = herald.herald.app.get(DocumentStore);
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const other = new ReadModels(store);
  await other.open();
  const { live } = other.of(people);
  const ensure = store.ensure.bind(store);
  let failures = 0;
  const away = vi.spyOn(store, 'ensure').mockImplementation((collection) => {
    if (!collection.name.startsWith(people.name)) return ensure(collection);
    failures += 1;
    return Promise.reject(new Error('The server is away.'));
  });
  await other.point(people, { live: { ...live, build: live.build + 1 }, previous: live }, other.of(people));
  await until(
    async () => failures,
    (count) => count > 0,
  );
  away.mockRestore();
  const followed = async () => projections.projector('people')?.collection.name;
  await until(followed, (name) => name === `people@${live.version}.${live.build + 1}`);
  await projections.caughtUp('people');
  expect(await userIds()).toEqual(['ada', 'ben']);
});

it('Who looked before another Herald swapped does not swap what it does not know', async () => {
  const store = herald.herald.app.get(DocumentStore);
  const [one, other] = [new ReadModels(store), new ReadModels(store)];
  await one.open();
  await other.open();
  const seen = other.of(people);
  const first = seen.live;
  const [second, third] = [2, 3].map((build) => ({ ...first, build })) as [typeof first, typeof first];
  await one.point(people, { live: second, previous: first }, one.of(people));
  const late = () => other.point(people, { live: third, previous: first }, seen);
  await expect(late()).rejects.toMatchObject({ code: 'swap-conflict' });
  expect(other.of(people)).toMatchObject({ live: second, previous: first });
  // Also where it has learned of that since it looked.
  await expect(late()).rejects.toMatchObject({ code: 'swap-conflict' });
  await other.point(people, { live: third, previous: second }, other.of(people));
  await one.refresh();
  expect(one.of(people)).toMatchObject({ live: third, previous: second });
});
