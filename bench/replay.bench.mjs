// Replay of all projections, embedded; the limit is a bare SELECT and JSON.parse of data and metadata over the same
// file in the same run. HERALD_BENCH_EVENTS makes it shorter.
import { join } from 'node:path';
import Database from 'libsql';
import { PROJECTIONS } from '../dist/application/projections/all.js';
import { readConfig } from '../dist/infrastructure/config/config.js';
import { ReplayThread } from '../dist/infrastructure/replay/replay-thread.js';
import { makeLog } from './log.mjs';
import { inFolder, timed } from './support.mjs';

const EVENTS = Number(process.env.HERALD_BENCH_EVENTS ?? 1_000_000);
const STREAMS = Math.max(50, EVENTS / 20);

async function replay(file, folder) {
  const thread = new ReplayThread(
    readConfig({ HERALD_EVENT_STORE: `sqlite:${file}`, HERALD_READ_MODELS: `sqlite:${folder}` }),
  );
  let memory = 0;
  const millis = await timed(
    () =>
      new Promise((resolve, reject) => {
        const waiting = new Set(PROJECTIONS.map(({ name, version }) => `${name}@${version}.2`));
        thread.listen(({ id, status, failure }) => {
          memory = Math.max(memory, process.memoryUsage().rss);
          if (status === 'failed') reject(new Error(failure.reason));
          if (status === 'following') waiting.delete(id);
          if (waiting.size === 0) resolve();
        });
        Promise.all(
          PROJECTIONS.map(({ name, version }) => thread.start({ projection: name, version, build: 2 })),
        ).catch(reject);
      }),
  );
  await thread.close();
  return { millis, memory };
}

async function bare(file) {
  const database = new Database(file);
  const page = database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT 500').raw();
  const millis = await timed(() => {
    for (let after = 0, rows = page.all(0); rows.length > 0; rows = page.all(after)) {
      for (const row of rows) {
        JSON.parse(row[5]);
        JSON.parse(row[6]);
      }
      after = rows.at(-1)[0];
    }
  });
  database.close();
  return millis;
}

export const run = () =>
  inFolder(async (folder) => {
    const small = join(folder, 'small.db');
    const large = join(folder, 'large.db');
    await makeLog(small, EVENTS / 10, STREAMS / 10);
    await makeLog(large, EVENTS, STREAMS);
    const first = await replay(small, join(folder, 'small'));
    const all = await replay(large, join(folder, 'large'));
    const raw = await bare(large);
    const megabytes = (bytes) => bytes / 1024 / 1024;
    const perSecond = (events, millis) => (events * 1_000) / millis;
    return [
      {
        work: 'replay',
        herald: perSecond(EVENTS, all.millis),
        limit: perSecond(EVENTS, raw),
        unit: 'events/s',
      },
      {
        work: 'replay-linear',
        herald: perSecond(EVENTS, all.millis),
        limit: perSecond(EVENTS / 10, first.millis),
        unit: 'events/s',
      },
      { work: 'replay-memory', herald: megabytes(all.memory), limit: megabytes(first.memory), unit: 'MB' },
    ];
  });
