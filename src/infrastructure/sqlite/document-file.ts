import Database from 'libsql';
import { orClose } from './or-close.js';
import { STATEMENT_WAIT_MS } from './transaction.js';

/**
 * Opens or creates a file of read models; its folder must exist.
 * @throws SQLite's error, also while another connection holds the lock.
 */
export function openDocumentFile(file: string): Database.Database {
  const database = new Database(file, { timeout: STATEMENT_WAIT_MS });
  // NORMAL does not wait for the disk at each commit. A power failure may lose the last commits, documents and checkpoint
  // together; they are folded again from the log, which is durable.
  orClose(database, () =>
    database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -4096;
    PRAGMA wal_autocheckpoint = 8000;
    CREATE TABLE IF NOT EXISTS checkpoints (collection TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS marks
      (collection TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL, event TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS reads
      (collection TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL, events INTEGER NOT NULL);
  `),
  );
  return database;
}

/** Opens a file of read models; nothing is changed. */
export function openDocumentFileToRead(file: string): Database.Database {
  const database = new Database(file, { timeout: STATEMENT_WAIT_MS });
  // libsql ignores `readonly`; this makes writes fail.
  database.pragma('query_only = 1');
  return database;
}
