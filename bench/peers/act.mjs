// Act's rebuild of the social accounts, from its own SQLite file into another one. Prints the milliseconds and how many accounts there are.
import Database from 'libsql';
import { timed } from '../support.mjs';
import { folded, handles } from './account-event.mjs';
import { peerPackage } from './install.mjs';

const { act, dispose, projection, store } = peerPackage('@rotorsoft/act');
const { SqliteStore } = peerPackage('@rotorsoft/act-sqlite');
const { z } = peerPackage('zod');

const { log, folder } = JSON.parse(process.argv[2]);
const own = `${folder}/act.db`;

/** The same events in Act's table. */
function copy() {
  const database = new Database(own);
  database.exec(`ATTACH '${log}' AS herald; PRAGMA synchronous = OFF;
    INSERT INTO events (stream, version, name, data, meta, created)
    SELECT stream, revision, type, data, metadata, json_extract(metadata, '$.recordedAt') FROM herald.events ORDER BY position`);
  const names = handles.map((name) => `'${name}'`).join(', ');
  const [[count]] = database.prepare(`SELECT count(*) FROM events WHERE name IN (${names})`).raw().all();
  database.close();
  return count;
}

store(new SqliteStore({ url: `file:${own}` }));
await store().seed();
const expected = copy();

const documents = new Database(`${folder}/documents.db`);
documents.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE accounts (id TEXT PRIMARY KEY, document TEXT NOT NULL)`);
const find = documents.prepare('SELECT document FROM accounts WHERE id = ?');
const put = documents.prepare(
  'INSERT INTO accounts VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
);

let seen = 0;
/** Each event needs a function of its own; they come to the one for batches instead. */
async function unused() {}
const building = handles.reduce(
  (builder, name) => builder.on({ [name]: z.looseObject({}) }).do(unused),
  projection('social-accounts'),
);
const accounts = building
  .batch(async (events) => {
    documents.exec('BEGIN');
    for (const { id, stream, name: type, data, meta } of events) {
      const one = folded({ stream, type, data, metadata: meta, id: String(id), position: id });
      const row = find.get(one.id);
      put.run(one.id, JSON.stringify(one.evolve(row ? JSON.parse(row.document) : undefined)));
    }
    documents.exec('COMMIT');
    seen += events.length;
  })
  .build();

const app = act().withProjection(accounts).build();
const millis = await timed(async () => {
  await app.correlate();
  while (seen < expected) {
    const before = seen;
    await app.drain({ eventLimit: 1_000 });
    if (seen === before) await app.correlate();
  }
});
const [[count]] = documents.prepare('SELECT count(*) FROM accounts').raw().all();
documents.close();
process.stdout.write(`${JSON.stringify({ millis, count })}\n`);
await dispose()();
