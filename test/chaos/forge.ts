import { randomUUID } from 'node:crypto';
import Database from 'libsql';

/** Writes an event into a log that no instance uses, as if Herald had: only ingest would have refused it. */
export const forge = (file: string, stream: string, type: string, data: object): void => {
  const log = new Database(file);
  const [like] = log.prepare('SELECT metadata FROM events ORDER BY position DESC LIMIT 1').raw().all() as [
    string,
  ][];
  const [last] = log.prepare('SELECT max(revision) FROM events WHERE stream = ?').raw().all(stream) as [
    number | null,
  ][];
  const metadata = { ...JSON.parse(like?.[0] ?? '{}'), commandId: randomUUID() };
  log
    .prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)')
    .run([stream, (last?.[0] ?? -1) + 1, randomUUID(), type, JSON.stringify(data), JSON.stringify(metadata)]);
  log.close();
};
