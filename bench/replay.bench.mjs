// Replay of all projections, embedded; the limit is a bare SELECT and JSON.parse of data and metadata over the same
// file in the same run.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'libsql';
import { makeLog } from './log.mjs';
import { inFolder, perSecond, size, timed } from './support.mjs';

const EVENTS = size({ full: 1_000_000, quick: 60_000, environment: 'HERALD_BENCH_EVENTS' });
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
    const raw = perSecond(EVENTS, await bare(large));
    const [herald, tenth] = [perSecond(EVENTS, all.millis), perSecond(EVENTS / 10, first.millis)];
    const megabytes = (bytes) => bytes / 2 ** 20;
    const sizes = { herald: EVENTS, limit: EVENTS / 10 };
    const compared = (work, unit, against, ours, limit) => ({
      work,
      unit,
      against,
      herald: ours,
      limit,
      sizes,
    });
    return [
      compared('replay', 'events/s', 'a bare scan that parses', herald, raw),
      compared('replay-linear', 'events/s', 'a tenth of it', herald, tenth),
      compared('replay-memory', 'MB', 'a tenth of it', megabytes(all.memory), megabytes(first.memory)),
    ];
  });
