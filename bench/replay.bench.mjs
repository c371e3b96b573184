// Replay of all projections, embedded; the limit is a bare SELECT and JSON.parse of data and metadata over the same
// file in the same run. HERALD_BENCH_EVENTS makes it shorter.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'libsql';
import { makeLog } from './log.mjs';
import { inFolder, timed } from './support.mjs';

const EVENTS = Number(process.env.HERALD_BENCH_EVENTS ?? 1_000_000);
const STREAMS = Math.max(50, EVENTS / 20);

const CHILD = fileURLToPath(new URL('./replay.child.mjs', import.meta.url));

const replay = async (file, folder) =>
  JSON.parse((await promisify(execFile)(process.execPath, [CHILD, file, folder])).stdout);

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
