// A rebuild of the social accounts, by Herald and by Emmett's SQLite consumer.
import { join } from 'node:path';
import Database from 'libsql';
import { againstPeer, EVENTS } from './one-projection.mjs';
import { folded, handles } from './peers/account-event.mjs';
import { buildSqlite3, peerPackage } from './peers/install.mjs';
import { timed } from './support.mjs';

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
      if (!handles.includes(type)) return;
      const { streamName: stream, messageId: id, globalPosition: position } = metadata;
      const one = folded({ stream, type, data, metadata, id, position });
      const row = await connection.querySingle('SELECT document FROM accounts WHERE id = ?', [one.id]);
      const document = JSON.stringify(one.evolve(row ? JSON.parse(row.document) : undefined));
      await connection.command(
        'INSERT INTO accounts VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
        [one.id, document],
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

export async function run() {
  await buildSqlite3();
  const peer = peerPackage('@event-driven-io/emmett-sqlite');
  return againstPeer('rebuild-emmett', 'Emmett on SQLite', (log, folder) =>
    emmett(peer, log, join(folder, 'emmett.db')),
  );
}
