import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { makeDurable } from './copy-log-file.js';
import { isLocked } from './failures.js';
import { logInUse } from './log-file.js';

/**
 * Puts one log in the place of another one, which is set aside. There is a whole log under the name at any moment, so this may be
 * interrupted and repeated.
 * @param fresh in the same folder as the log.
 * @param aside the name that the log gets; nothing is there, or the same file after an interruption.
 * @throws the file system's error.
 */
export function replaceLogFile(fresh: string, file: string, aside: string): void {
  // What a log that could not be opened has not taken in yet. SQLite would take it for part of the new one.
  setAside(walOf(file), walOf(aside));
  rmSync(`${file}-shm`, { force: true });
  if (existsSync(file) && !isSameFile(file, aside)) linkSync(file, aside);
  renameSync(fresh, file);
  makeDurable(dirname(file));
}

/** The write-ahead log of a database file. */
export const walOf = (file: string): string => `${file}-wal`;

/** Whether two names lead to one file. */
export const isSameFile = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
};

const setAside = (file: string, aside: string): void => {
  if (existsSync(file)) renameSync(file, aside);
};

/**
 * Opens a log so that nobody else can until it is closed, with everything in its one file.
 * @param isForced whether a log that cannot be opened is passed over: whether an instance uses it cannot be told.
 * @returns undefined for one that is passed over.
 * @throws HeraldError `log-in-use`, and `log-damaged` unless it is forced.
 */
export const closedToOthers = (
  file: string,
  isForced: boolean,
): Pick<Database.Database, 'close'> | undefined => {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(file, { timeout: 0 });
    connection.pragma('locking_mode = EXCLUSIVE');
    connection.pragma('journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    if (isLocked(error)) throw logInUse(file, 'HERALD_EVENT_STORE');
    if (isForced) return undefined;
    throw new HeraldError(
      'log-damaged',
      `The log ${file} cannot be opened (${messageOf(error)}), so it cannot be told whether Herald uses it. Make sure that Herald is stopped, then repeat the command with --force.`,
      'HERALD_EVENT_STORE',
    );
  }
};
