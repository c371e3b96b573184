import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { EventStoreDouble } from './double/double.js';

let server: EventStoreDouble;
let folder: string;
beforeAll(async () => {
  server = await new EventStoreDouble().start();
  folder = await mkdtemp(join(tmpdir(), 'herald-scavenged-'));
});
afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

const started = (readModels: string): Promise<TestHerald> =>
  startTestHerald({
    HERALD_EVENT_STORE: server.url,
    HERALD_READ_MODELS: `sqlite:${folder}/${readModels}`,
    HERALD_SECRET_FILE: `${folder}/secret.txt`,
    HERALD_CLOCK_FILE: `${folder}/clock.txt`,
  });

const others = (): void => {
  const [data, metadata] = [Buffer.from('{"order":1}'), new Uint8Array()];
  const type = { type: 'OrderPlaced', contentType: 'application/json' };
  for (let n = 0; n < 3; n += 1)
    server.log.append('order-1', [{ ...type, id: crypto.randomUUID(), data, metadata }], 'any');
};

const sendNow = async (herald: TestHerald, userId: string): Promise<void> => {
  const asked = anEvent(`now-${userId}`, 'digest.requested', { userId, partnerId: 'nordlicht' });
  expect((await herald.publish(asked)).status).toBe(202);
  await until(
    () => herald.get<{ items: { outcome: string }[] }>(`/v1/notifications?recipient=${userId}`),
    ({ body }) => body.items[0]?.outcome === 'accepted',
  );
};

const history = async (herald: TestHerald): Promise<unknown> => {
  await herald.settled();
  return (await herald.get('/v1/notifications')).body;
};

it('Read models that follow a log, or are built anew, are the same after a scavenge left gaps between their events', async () => {
  const first = await started('before');
  for (const event of SMALL_WORLD) {
    others();
    await first.publish(event);
  }
  await sendNow(first, 'ada');
  others();
  await first.stop();
  const { length } = server.log.all;
  server.log.delete('order-1');
  server.log.scavenge();
  expect(server.log.all.length).toBeLessThan(length);

  const second = await started('before');
  await sendNow(second, 'ben');
  const known = await history(second);
  await second.stop();
  const anew = await started('anew');
  expect(await history(anew)).toEqual(known);
  expect(known).toMatchObject({ items: [{}, {}] });
  await anew.stop();
});
