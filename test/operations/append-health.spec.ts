import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, expect, it } from 'vitest';
import { Health } from '../../src/application/health/health.js';
import { WatchedEventStore } from '../../src/application/operations/watched-event-store.js';
import type { AppendResult, EventStore } from '../../src/application/ports/event-store.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happenings } from '../contract/events.js';

interface UnderWay {
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
}

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

it('A failed append that began before another one succeeded says nothing of now', async () => {
  const health = new Health();
  const appends: UnderWay[] = [];
  const append = () => new Promise<AppendResult>((resolve, reject) => appends.push({ resolve, reject }));
  const log = new WatchedEventStore({ append } as unknown as EventStore, health);
  const [early, late] = [log.append('s', happenings(1), 'any'), log.append('s', happenings(1), 'any')];
  appends[1]?.resolve({} as AppendResult);
  await late;
  appends[0]?.reject(new HeraldError('event-store-unavailable', 'It was away.'));
  await expect(early).rejects.toMatchObject({ code: 'event-store-unavailable' });
  expect(health.parts()).toEqual([{ part: 'event-store', status: 'ok' }]);
});
