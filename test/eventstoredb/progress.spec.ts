import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyLog } from '../../src/application/migration/migrate.js';
import { history } from '../../src/application/read-models/history/history.js';
import type { EngineReport } from '../../src/application/read-models/rebuild/rebuild-engine.js';
import { RebuildLoop } from '../../src/application/read-models/rebuild/rebuild-loop.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happenings } from '../contract/events.js';
import { makeLog } from '../replay/running.js';
import { EventStoreDouble } from './double/double.js';
import { connect } from './tested-client.js';

const BUILD = { projection: history.name, version: history.version, build: 1 };
const EVENTS = 2_000;

/** With the mark that the copy has begun. */
const READ = EVENTS + 1;

let server: EventStoreDouble;
let log: GrpcEventStore;
let documents: SqliteReadModels;
let folder: string;
/** What the copy said of its progress. */
let copied: number[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-progress-'));
  server = await new EventStoreDouble().start();
  log = new GrpcEventStore({ url: server.url }, connect);
  documents = new SqliteReadModels({ folder });
  const file = join(folder, 'events.db');
  await makeLog(file, EVENTS, 100);
  const source = new SqliteEventStore({ file, access: 'read' });
  // Events of others before: an estimate by length would be wrong.
  const other = new GrpcEventStore({ url: server.url }, connect);
  await other.append('order-1', happenings(500), 'no-stream');
  await other.close();
  copied = [];
  await copyLog(source, log, async (events) => void copied.push(events));
  await source.close();
});
afterEach(async () => {
  await documents.close();
  await log.close();
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

/** Builds until a report satisfies the condition, then stops. */
const built = async (isEnough: (report: EngineReport) => boolean): Promise<readonly EngineReport[]> => {
  const loop = new RebuildLoop(log, documents);
  const reports: EngineReport[] = [];
  await new Promise<void>((resolve, reject) => {
    loop.listen((report) => {
      reports.push(report);
      if (isEnough(report)) resolve();
    });
    loop.start(BUILD).catch(reject);
  });
  await loop.close();
  return reports;
};

it('A rebuild of a log that cannot count says how many events it has read, and which share of the log', async () => {
  const reports = await built(({ status }) => status === 'following');
  const shares = reports.map(({ progress }) => progress.share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeLessThan(1);
  expect(reports.at(-1)?.progress).toEqual({
    ...{ done: READ, share: 1, eta: 0 },
    rate: expect.any(Number),
  });
});

it('A copy counts what it has copied', () => {
  expect(copied).toEqual(copied.toSorted((a, b) => a - b));
  expect(copied.at(-1)).toBe(EVENTS);
});

it('It counts on after it was interrupted', async () => {
  const first = await built(({ progress }) => (progress.done ?? 0) >= EVENTS / 3);
  expect(first.at(-1)?.progress.done).toBeLessThan(EVENTS);
  const before = first.at(-1)?.progress.done ?? 0;
  const second = await built(({ status }) => status === 'following');
  expect(second[0]?.progress.done).toBeGreaterThanOrEqual(before);
  expect(second.at(-1)?.progress).toMatchObject({ done: READ, share: 1 });
});
