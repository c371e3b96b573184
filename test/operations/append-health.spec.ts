import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, expect, it } from 'vitest';
import { Health } from '../../src/application/health/health.js';
import { WatchedEventStore } from '../../src/application/operations/watched-event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happenings } from '../contract/events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-append-health-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('A failed append is remembered until one succeeds, also while the log can be read', async () => {
  const file = join(folder, 'events.db');
  const health = new Health();
  const log = new WatchedEventStore(new SqliteEventStore({ file }), health);
  const status = () => health.parts().map(({ part, status }) => [part, status]);
  expect(status()).toEqual([['event-store', 'ok']]);

  const disk = new Database(file);
  disk.exec("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  await expect(log.append('s', happenings(1), 'any')).rejects.toMatchObject({
    code: 'event-store-unavailable',
  });
  expect(await log.head()).toBeUndefined();
  expect(status()).toEqual([['event-store', 'down']]);
  expect(health.parts()[0]?.says).toContain('Check the disk');

  disk.exec('DROP TRIGGER full');
  disk.close();
  await expect(log.append('s', happenings(1), 7)).rejects.toMatchObject({ code: 'wrong-expected-revision' });
  expect(status()).toEqual([['event-store', 'down']]);
  await log.append('s', happenings(1), 'any');
  expect(status()).toEqual([['event-store', 'ok']]);
  await log.close();
});
