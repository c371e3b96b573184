import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { isDamaged } from './failures.js';
import { OPENING_WAIT_MS, STATEMENT_WAIT_MS } from './transaction.js';

// A query uses the partial index for CloudEvents only with exactly this condition.
export const COMMAND_ID = "json_extract(metadata, '$.commandId')";
export const IS_INBOUND = "json_extract(metadata, '$.sourceId') IS NOT NULL";

/** The key of an event orders the whole log; (stream, revision) resolves races; `id` finds events that are already stored. */
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
 * Opens the file of a log; creates it, its folder and its tables if missing.
 * @returns a connection whose commits are durable, and whose statements wait briefly for other writers.
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
 * Opens the file of a log read-only.
 * @throws HeraldError `log-missing` when there is no such file, `log-damaged` when it is empty or no log, `event-store-unavailable`
 * when it cannot be read.
 */
export function openLogFileToRead(file: string): Database.Database {
  if (!existsSync(file))
    throw new HeraldError(
      'log-missing',
      `There is no log at ${resolve(file)}. Set HERALD_EVENT_STORE to Herald's log, or start Herald first.`,
      'HERALD_EVENT_STORE',
    );
  return answering(file, () => {
    const connection = new Database(file, { timeout: OPENING_WAIT_MS });
    // libsql ignores `readonly`; this makes writes fail.
    connection.pragma('query_only = 1');
    const [table] = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").raw().all();
    if (!table) {
      connection.close();
      throw logDamaged(file, statSync(file).size === 0 ? 'it is empty' : 'it has no events');
    }
    return connection;
  });
}

/** A damaged log as an error that says what to do. */
export const logDamaged = (file: string, damage: string): HeraldError =>
  new HeraldError(
    'log-damaged',
    `The log ${resolve(file)} is damaged (${damage.replaceAll(/\s+/g, ' ')}): restore it from a backup. Without a backup, sqlite3's .recover saves what is still readable to a new file; the rest is lost.`,
    'HERALD_EVENT_STORE',
  );

/** A log that another process has open as an error that says what to do. @param option what names the log. */
export const logInUse = (file: string, option: string): HeraldError =>
  new HeraldError(
    'log-in-use',
    `${option}: Another process has the log ${resolve(file)} open. Stop Herald and all commands that read this log, then retry.`,
    option,
  );

/**
 * Runs a query on the file.
 * @throws HeraldError `event-store-unavailable` for any failure of SQLite or the file system; a HeraldError as it is.
 */
export function answering<Answer>(file: string, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    throw error instanceof HeraldError ? error : unavailable(file, error);
  }
}

/** A failure of the log file as an error that says what to do; `cause` is the original. */
export function unavailable(file: string, cause: unknown): HeraldError {
  const reason = messageOf(cause);
  const advice = isDamaged(cause)
    ? 'It is damaged: restore it from a backup.'
    : "Check the disk, the folder's permissions and other processes that hold the file, then retry. Retrying an append with the same ids and expected revision is safe.";
  const error = new HeraldError(
    'event-store-unavailable',
    `The log ${file} cannot be accessed (${reason}). ${advice}`,
  );
  error.cause = cause;
  return error;
}
