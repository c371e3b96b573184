import { statSync } from 'node:fs';
import Database from 'libsql';
import { MAX_CHECKED_FILE_BYTES } from '../../domain/bounds.js';
import { messageOf } from '../../domain/kernel/herald-error.js';
import { isDamaged, isLocked } from './failures.js';
import { answering, logDamaged } from './log-file.js';
import { OPENING_WAIT_MS } from './transaction.js';

/**
 * Checks a database file completely. In a file larger than `MAX_CHECKED_FILE_BYTES` it reads only what opening requires, which
 * detects a file that is no database or was truncated.
 * @param lockWaitMs how long it waits for the lock of another connection, in milliseconds; it blocks the event loop.
 * @returns what is wrong with the file; undefined if nothing is found, or if there is no file.
 * @throws SQLite's error while another connection holds the lock.
 */
export function damageOf(file: string, lockWaitMs: number): string | undefined {
  let connection: Database.Database | undefined;
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) return undefined;
    connection = new Database(file, { timeout: lockWaitMs });
    connection.pragma('query_only = 1');
    const check = size > MAX_CHECKED_FILE_BYTES ? 'SELECT name FROM sqlite_schema' : 'PRAGMA quick_check(1)';
    const [row] = connection.prepare(check).raw().all() as [string][];
    return size > MAX_CHECKED_FILE_BYTES || row?.[0] === 'ok' ? undefined : String(row?.[0]);
  } catch (error) {
    if (isLocked(error)) throw error;
    // Any other failure is not the file's; opening it will report it.
    return isDamaged(error) ? messageOf(error) : undefined;
  } finally {
    connection?.close();
  }
}

/** @throws HeraldError `log-damaged` for a damaged log, `event-store-unavailable` for one that another process has locked. */
export function requireSoundLog(file: string): void {
  const damage = answering(file, () => damageOf(file, OPENING_WAIT_MS));
  if (damage !== undefined) throw logDamaged(file, damage);
}
