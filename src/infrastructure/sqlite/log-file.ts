import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { OPENING_WAIT_MS, STATEMENT_WAIT_MS } from './transaction.js';

// A query uses the index for CloudEvents only where it says the very same.
export const COMMAND_ID = "json_extract(metadata, '$.commandId')";
export const IS_INBOUND = "json_extract(metadata, '$.sourceId') IS NOT NULL";

/** The key of an event orders the whole log; (stream, revision) decides races; `id` finds what was stored already. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    data     TEXT    NOT NULL,
    metadata TEXT    NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_id ON events (id);
  CREATE INDEX IF NOT EXISTS events_inbound ON events (${COMMAND_ID}) WHERE ${IS_INBOUND};
`;

/**
 * Opens the file of a log; creates it, its folder and its tables where they are missing.
 * @returns a connection whose commits are on disk when they return, and whose statements wait for other writers for a moment.
 * @throws HeraldError `event-store-unavailable` when the file cannot be opened or is no log.
 */
export function openLogFile(file: string): Database.Database {
  return answering(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    const connection = new Database(file, { timeout: OPENING_WAIT_MS });
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.exec(SCHEMA);
    connection.pragma(`busy_timeout = ${STATEMENT_WAIT_MS}`);
    return connection;
  });
}

/**
 * Opens the file of a log to read it; creates and changes nothing.
 * @throws HeraldError `log-missing` when there is no such file, `event-store-unavailable` when it cannot be read.
 */
export function openLogFileToRead(file: string): Database.Database {
  if (!existsSync(file))
    throw new HeraldError(
      'log-missing',
      `There is no file ${resolve(file)}, so there is no log to read. Set HERALD_EVENT_STORE to the log that Herald writes, or start Herald first.`,
      'HERALD_EVENT_STORE',
    );
  return answering(file, () => {
    const connection = new Database(file, { timeout: OPENING_WAIT_MS });
    // libsql ignores `readonly`: this is what makes a write fail.
    connection.pragma('query_only = 1');
    return connection;
  });
}

/**
 * Runs a question to the file.
 * @throws HeraldError `event-store-unavailable` for whatever SQLite or the file system answers instead.
 */
export function answering<Answer>(file: string, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    throw unavailable(file, error);
  }
}

/** What the file answered, as an error that says what to do; `cause` is the original. */
export function unavailable(file: string, cause: unknown): HeraldError {
  const reason = messageOf(cause);
  const error = new HeraldError(
    'event-store-unavailable',
    `The log ${file} does not answer (${reason}): check the disk, the folder's rights and other processes that hold the file, then try again. Repeating an append with the same ids and expected revision is safe.`,
  );
  error.cause = cause;
  return error;
}
