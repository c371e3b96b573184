// A rebuild of the social accounts, by Herald and by Emmett's SQLite consumer: the same events, the same pure function, a
// document for each account in SQLite. Emmett's driver has an install script that downloads a binary, so it is no dependency:
// install @event-driven-io/emmett, @event-driven-io/emmett-sqlite and sqlite3 in a folder, and name it in HERALD_BENCH_EMMETT.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'libsql';
import { RebuildLoop } from '../dist/application/read-models/rebuild/rebuild-loop.js';
import { socialAccounts } from '../dist/application/read-models/social-accounts/social-accounts.js';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { makeLog } from './log.mjs';
import { inFolder, timed } from './support.mjs';

const EVENTS = Number(process.env.HERALD_BENCH_EVENTS ?? 50_000);
const handles = new Set(socialAccounts.handles);

async function herald(file, folder) {
  const log = new SqliteEventStore({ file });
  const documents = new SqliteReadModels({ folder });
  const loop = new RebuildLoop(log, documents);
  const { name, version } = socialAccounts;
  const millis = await timed(
    () =>
      new Promise((resolve, reject) => {
        loop.listen(({ status }) => status === 'following' && resolve());
        loop.start({ projection: name, version, build: 1 }).catch(reject);
      }),
  );
  await loop.close();
  const count = await counted(documents.stream({ name: `${name}@${version}.1`, indexes: [] }));
  await documents.close();
  await log.close();
  return { millis, count };
}

async function counted(documents) {
  let count = 0;
  for await (const _ of documents) count += 1;
  return count;
}

/** The same events in Emmett's tables. */
function copy(from, to) {
  const database = new Database(to);
  database.exec(`ATTACH '${from}' AS herald; PRAGMA synchronous = OFF;
    INSERT INTO emt_messages (stream_id, stream_position, partition, message_data, message_metadata,
      message_schema_version, message_type, message_id, global_position)
    SELECT stream, revision, 'emt:default', data, metadata, '1', type, id, position FROM herald.events`);
  database.close();
}

async function emmett({ createEventStoreSchema, getSQLiteEventStore, sqliteConnection }, log, fileName) {
  const setUp = sqliteConnection({ fileName });
  await createEventStoreSchema(setUp);
  await setUp.command('CREATE TABLE accounts (id TEXT PRIMARY KEY, document TEXT NOT NULL)');
  setUp.close();
  copy(log, fileName);
  const consumer = getSQLiteEventStore({ fileName, schema: { autoMigration: 'None' } }).consumer({
    pulling: { batchSize: 1_000 },
  });
  consumer.processor({
    processorId: 'social-accounts',
    startFrom: 'BEGINNING',
    stopAfter: ({ metadata }) => metadata.globalPosition >= BigInt(EVENTS),
    eachMessage: async ({ type, data, metadata }, { connection }) => {
      if (!handles.has(type)) return;
      const event = {
        stream: metadata.streamName,
        type,
        data,
        metadata,
        id: metadata.messageId,
        position: String(metadata.globalPosition).padStart(20, '0'),
      };
      const [id] = socialAccounts.target(event).ids;
      const row = await connection.querySingle('SELECT document FROM accounts WHERE id = ?', [id]);
      const before = row ? JSON.parse(row.document) : undefined;
      const document = JSON.stringify(socialAccounts.evolve(before, event, id, () => undefined));
      await connection.command(
        'INSERT INTO accounts VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
        [id, document],
      );
    },
  });
  const millis = await timed(() => consumer.start());
  await consumer.close();
  const result = new Database(fileName);
  const [[count]] = result.prepare('SELECT count(*) FROM accounts').raw().all();
  result.close();
  return { millis, count };
}

export const run = () =>
  inFolder(async (folder) => {
    const installed = process.env.HERALD_BENCH_EMMETT;
    if (!installed) throw new Error('Set HERALD_BENCH_EMMETT to a folder in which Emmett is installed.');
    const peer = createRequire(join(installed, 'package.json'))('@event-driven-io/emmett-sqlite');
    const file = join(folder, 'events.db');
    await makeLog(file, EVENTS, EVENTS / 20);
    const ours = await herald(file, join(folder, 'read-models'));
    const theirs = await emmett(peer, file, join(folder, 'emmett.db'));
    if (ours.count !== theirs.count || ours.count === 0)
      throw new Error(`${ours.count} accounts against ${theirs.count}: not the same work.`);
    const perSecond = ({ millis }) => (EVENTS * 1_000) / millis;
    return [{ work: 'rebuild-emmett', herald: perSecond(ours), limit: perSecond(theirs), unit: 'events/s' }];
  });
