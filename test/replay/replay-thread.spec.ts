import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { nameOf } from '../../src/application/read-models/engine/read-models.js';
import type { EngineReport } from '../../src/application/read-models/rebuild/rebuild-engine.js';
import type { Reply } from '../../src/infrastructure/threads/messages.js';
import { makeLog, newFolder, settingsIn, until } from './running.js';

// The thread is one that Node loads itself: this is about the build.
const dist = (path: string) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { RebuildThread } = (await dist(
  'infrastructure/rebuild-thread/rebuild-thread.js',
)) as typeof import('../../src/infrastructure/rebuild-thread/rebuild-thread.js');
const { readConfig } = (await dist(
  'infrastructure/config/config.js',
)) as typeof import('../../src/infrastructure/config/config.js');
const { history } = (await dist(
  'application/read-models/history/history.js',
)) as typeof import('../../src/application/read-models/history/history.js');
/** A build that has caught up, and the threads that there were. */
const started = async () => {
  const folder = newFolder();
  await makeLog(join(folder, 'events.db'), 2_000, 100);
  const workers: Worker[] = [];
  const hear = (worker: Worker) => workers.push(worker);
  process.on('worker', hear);
  const thread = new RebuildThread(readConfig(settingsIn(folder)));
  const reports: EngineReport[] = [];
  thread.listen((report) => reports.push(report));
  const build = { projection: history.name, version: history.version, build: 2 };
  await thread.start(build);
  const latest = () => Promise.resolve(reports.at(-1));
  await until(latest, (report) => report?.status === 'following');
  return { folder, workers, thread, build, latest, end: () => process.off('worker', hear) };
};

it('Rebuilds whose thread was lost go on in another', async () => {
  const { workers, thread, latest, end } = await started();
  await workers[0]?.terminate();
  const interrupted = await until(latest, (report) => report?.interruption !== undefined);
  expect(interrupted).toMatchObject({ status: 'building', progress: { done: 2_000, total: 2_000 } });
  const again = await until(latest, (report) => report?.status === 'following');
  expect(again?.interruption).toBeUndefined();
  expect(workers).toHaveLength(2);
  await thread.close();
  end();
});

it('Rebuilds end when their thread is lost before it has ended', async () => {
  const { workers, thread, end } = await started();
  const closing = thread.close();
  await workers[0]?.terminate();
  await closing;
  end();
});

it('Rebuilds that have ended begin no thread', async () => {
  const { workers, thread, build, end } = await started();
  await thread.close();
  await expect(thread.start(build)).rejects.toMatchObject({ code: 'replays-closed' });
  expect(workers).toHaveLength(1);
  end();
});

it('A build that a new thread cannot begin, because the store is unavailable, continues later', async () => {
  const { folder, workers, thread, build, latest, end } = await started();
  const file = join(folder, 'read-models', `${nameOf(build)}.db`);
  const locked = new Database(file);
  locked.exec('BEGIN EXCLUSIVE');
  const refused = new Promise<void>((resolve) => {
    process.once('worker', (worker: Worker) =>
      worker.on('message', ({ type }: Reply<unknown>) => type === 'error' && resolve()),
    );
  });
  await workers[0]?.terminate();
  await refused;
  locked.exec('COMMIT');
  locked.close();
  await until(latest, (report) => report?.status === 'following' && !report.interruption);
  await thread.close();
  end();
});
