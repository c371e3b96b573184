// Replay of all projections, embedded. The limit is what no replay can leave out, in the same run: a bare SELECT and JSON.parse of data
// and metadata over the same file once, and a bare insert of the documents that the replay made, with their indexes.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { makeLog } from './log.mjs';
import { replay } from './replay.mjs';
import { inFolder, perSecond, size, timed } from './support.mjs';

const EVENTS = size({ full: 1_000_000, quick: 60_000, environment: 'HERALD_BENCH_EVENTS' });
const STREAMS = Math.max(50, EVENTS / 20);

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

/** Milliseconds to insert the documents of these files into files of their own, a thousand in a transaction. */
async function bareInserts(folder, into) {
  let millis = 0;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.db'))) {
    const from = new Database(join(folder, name));
    const to = new Database(join(into, `bare-${name}`));
    to.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const made = from
      .prepare(
        "SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name LIKE 'documents %'",
      )
      .all();
    for (const { sql } of made) to.exec(sql);
    for (const { name: table } of made.filter(({ type }) => type === 'table')) {
      const page = from
        .prepare(`SELECT rowid, * FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT 1000`)
        .raw();
      const columns = from.prepare(`SELECT * FROM "${table}" LIMIT 0`).columns().length;
      const insert = to.prepare(`INSERT INTO "${table}" VALUES (${Array(columns).fill('?').join(', ')})`);
      for (let rows = page.all(0); rows.length > 0; rows = page.all(rows.at(-1)[0]))
        millis += await timed(() => {
          to.exec('BEGIN IMMEDIATE');
          for (const [, ...row] of rows) insert.run(row);
          to.exec('COMMIT');
        });
    }
    from.close();
    to.close();
  }
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
    const raw = perSecond(EVENTS, (await bare(large)) + (await bareInserts(join(folder, 'large'), folder)));
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
      compared('replay', 'events/s', 'a bare scan and bare inserts', herald, raw),
      compared('replay-linear', 'events/s', 'a tenth of it', herald, tenth),
      compared('replay-memory', 'MB', 'a tenth of it', megabytes(all.memory), megabytes(first.memory)),
    ];
  });
