import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { EventStoreDouble } from './double/double.js';

/** Events of another application on the same server, each time. */
const OTHERS = 50_000;

let server: EventStoreDouble;
let folder: string;
beforeAll(async () => {
  server = await new EventStoreDouble().start();
  folder = await mkdtemp(join(tmpdir(), 'herald-shared-'));
});
afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

let written = 0;
const others = (count: number): void => {
  const data = Buffer.from('{"order":1}');
  for (const end = written + count; written < end; written += 1)
    server.log.append(
      `order-${written % 1_000}`,
      [
        {
          id: `order ${written}`,
          type: 'OrderPlaced',
          contentType: 'application/json',
          data,
          metadata: data,
        },
      ],
      'any',
    );
};

const started = (): Promise<TestHerald> =>
  startTestHerald({
    HERALD_EVENT_STORE: server.url,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_SECRET_FILE: `${folder}/secret.txt`,
    HERALD_CLOCK_FILE: `${folder}/clock.txt`,
  });

const sendNow = async (herald: TestHerald, userId: string): Promise<void> => {
  const asked = anEvent(`now-${userId}`, 'digest.requested', { userId, partnerId: 'nordlicht' });
  expect((await herald.publish(asked)).status).toBe(202);
  await until(
    () => herald.get<{ items: { outcome: string }[] }>(`/v1/notifications?recipient=${userId}`),
    ({ body }) => body.items[0]?.outcome === 'accepted',
  );
};

it('Of tens of thousands of events that another application writes before, between and while Herald is down none is read', async () => {
  others(OTHERS);
  const first = await started();
  expect(await first.head()).toBeUndefined();
  await first.publishAll(SMALL_WORLD);
  await sendNow(first, 'ada');
  others(OTHERS);
  await sendNow(first, 'ben');
  const head = await first.head();
  await first.stop();
  others(OTHERS);

  const second = await started();
  expect(await second.head()).toBe(head);
  await second.settled();
  expect((await second.get('/health')).status).toBe(200);
  const { body } = await second.get<{ items: object[] }>('/v1/notifications');
  expect(body.items).toHaveLength(2);
  await second.stop();
  expect([...server.sent.keys()]).not.toContain('order');
  expect(server.sent.get('notification')).toBeGreaterThan(0);
}, 120_000);
