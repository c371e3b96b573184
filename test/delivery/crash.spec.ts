import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EventStore, type StoredEvent } from '../../src/application/ports/event-store.js';
import { MAX_ATTEMPT_MS } from '../../src/domain/bounds.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { startHerald } from '../../src/herald.js';
import { aPost } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';

const MONDAY = '2026-03-09T08:00:00.000Z';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'herald-crash-'));
  folders.push(folder);
  return folder;
};

const startIn = (folder: string) =>
  startHerald({
    HERALD_PORT: '0',
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_MAIL: `outbox:${folder}/outbox`,
    HERALD_CLOCK: 'test',
    HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z',
    HERALD_CLOCK_FILE: `${folder}/test-clock.txt`,
    HERALD_SECRET_FILE: `${folder}/secret.txt`,
    HERALD_LOG_LEVEL: 'silent',
  });

const post = (url: string, path: string, body: unknown) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': path === '/v1/events' ? 'application/cloudevents-batch+json' : 'application/json',
    },
    body: JSON.stringify(body),
  });

const eventsOf = async (store: EventStore): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const batch of store.readAll()) events.push(...batch);
  return events;
};

describe('A Herald that ends in the middle of a slot', () => {
  it('is taken up by the next: everybody has one decision and one mail, wherever it ended', async () => {
    // Ada and Ben: two decisions, two closed digests, two attempts, two results.
    let appends = 0;
    for (let lasts = 0; ; lasts += 1) {
      const folder = await newFolder();
      const first = await startIn(folder);
      await post(first.url, '/v1/events', [...SMALL_WORLD, aPost('p', { partnerId: 'nordlicht' })]);
      const store = first.app.get(EventStore);
      const append = store.append.bind(store);
      let left = lasts;
      store.append = (...args) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('the process ended here')) : append(...args);
      };
      await post(first.url, '/v1/test-clock', { now: MONDAY });
      await first.stop();

      const second = await startIn(folder);
      // An attempt of the first whose result is not on record is given up after its lease.
      await post(second.url, '/v1/test-clock', { now: '2026-03-09T12:00:00.000Z' });
      const events = await eventsOf(second.app.get(EventStore));
      await second.stop();
      const mails = await readdir(join(folder, 'outbox'));
      const count = (type: string) => events.filter((event) => event.type === type).length;
      expect({ lasts, raised: count('NotificationRaised'), closed: count('DigestRaised') }).toEqual({
        lasts,
        raised: 2,
        closed: 2,
      });
      expect({
        lasts,
        started: count('SendStarted'),
        ended: count('Accepted') + count('OutcomeUnknown'),
      }).toEqual({ lasts, started: 2, ended: 2 });
      expect(mails).toHaveLength(2);
      appends = lasts;
      if (left >= 0) break;
    }
    expect(appends).toBeGreaterThanOrEqual(8);
  }, 120_000);

  it('leaves an attempt that is looked up in the outbox once another has watched it for as long as an attempt may take', async () => {
    const folder = await newFolder();
    const first = await startIn(folder);
    await post(first.url, '/v1/events', [...SMALL_WORLD, aPost('p', { partnerId: 'nordlicht' })]);
    const store = first.app.get(EventStore);
    const append = store.append.bind(store);
    store.append = (stream, events, ...rest) =>
      events.some(({ type }) => type === 'Accepted')
        ? Promise.reject(new Error('the process ended here'))
        : append(stream, events, ...rest);
    await post(first.url, '/v1/test-clock', { now: MONDAY });
    await first.stop();

    const second = await startIn(folder);
    const acceptedAt = async (now: string) => {
      await post(second.url, '/v1/test-clock', { now });
      const events = await eventsOf(second.app.get(EventStore));
      return events.filter(({ type }) => type === 'Accepted').length;
    };
    // It is looked at when its own lease is over.
    expect(await acceptedAt(plus(MONDAY, MAX_ATTEMPT_MS))).toBe(0);
    expect(await acceptedAt(plus(MONDAY, 2 * MAX_ATTEMPT_MS - 1))).toBe(0);
    expect(await acceptedAt(plus(MONDAY, 2 * MAX_ATTEMPT_MS))).toBe(2);
    const events = await eventsOf(second.app.get(EventStore));
    expect(events.filter(({ type }) => type === 'OutcomeUnknown')).toEqual([]);
    await second.stop();
    expect(await readdir(join(folder, 'outbox'))).toHaveLength(2);
  });

  it('leaves no doubt in the outbox: what is not there is written once by the next', async () => {
    const folder = await newFolder();
    const first = await startIn(folder);
    await post(first.url, '/v1/events', [...SMALL_WORLD, aPost('p', { partnerId: 'nordlicht' })]);
    const store = first.app.get(EventStore);
    const append = store.append.bind(store);
    let isAway = false;
    // The start is on record, and the process ends before the mail is written.
    store.append = async (stream, events, ...rest) => {
      if (isAway) throw new Error('the process ended here');
      const result = await append(stream, events, ...rest);
      isAway = events.some(({ type }) => type === 'SendStarted');
      if (isAway) throw new Error('the process ended here');
      return result;
    };
    await post(first.url, '/v1/test-clock', { now: MONDAY });
    await first.stop();
    expect(await readdir(join(folder, 'outbox'))).toEqual([]);
    await writeFile(join(folder, 'outbox', 'half.eml.part'), 'half');

    const second = await startIn(folder);
    await post(second.url, '/v1/test-clock', { now: '2026-03-09T12:00:00.000Z' });
    const events = await eventsOf(second.app.get(EventStore));
    await second.stop();
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect([count('OutcomeUnknown'), count('Deferred'), count('Accepted')]).toEqual([0, 1, 2]);
    expect((await readdir(join(folder, 'outbox'))).filter((name) => name.endsWith('.eml'))).toHaveLength(2);
  });

  it('shares the work with another on the same files: nothing twice, nothing lost', async () => {
    const folder = await newFolder();
    const one = await startIn(folder);
    const users = Array.from({ length: 100 }, (_, n) => ({
      ...SMALL_WORLD[2],
      id: `user-${n}`,
      data: {
        userId: `user-${n}`,
        partnerId: 'nordlicht',
        name: `User ${n}`,
        email: `user-${n}@nordlicht.example`,
        role: 'admin',
      },
    }));
    await post(one.url, '/v1/events', [...SMALL_WORLD, ...users, aPost('p', { partnerId: 'nordlicht' })]);
    const other = await startIn(folder);
    await Promise.all([one, other].map(({ url }) => post(url, '/v1/test-clock', { now: MONDAY })));
    const events = await eventsOf(one.app.get(EventStore));
    await one.stop();
    await other.stop();
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect([count('NotificationRaised'), count('SendStarted'), count('Accepted')]).toEqual([102, 102, 102]);
    expect(await readdir(join(folder, 'outbox'))).toHaveLength(102);
  });
});
