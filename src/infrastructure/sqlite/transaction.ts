import { setTimeout as wait } from 'node:timers/promises';
import type Database from 'libsql';
import { MAX_LOCK_WAIT_MS } from '../../domain/bounds.js';
import { isLocked } from './failures.js';

/**
 * How long one statement may wait for a lock, in milliseconds. SQLite blocks the calling thread and its event loop, so a
 * statement waits briefly, and `writing` retries.
 */
export const STATEMENT_WAIT_MS = 25;
/** How long opening a log may wait for another process that opens it, in milliseconds: nothing else runs yet that it could block. */
export const OPENING_WAIT_MS = 5_000;

const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 100;

/**
 * Runs work in a write transaction, as soon as no other connection holds the lock.
 * @returns the result of the work, once it is committed.
 * @throws what the work or the commit threw first, or that the file is locked for longer than `MAX_LOCK_WAIT_MS`; then nothing
 * is written.
 */
export const writing = <Result>(
  connection: Pick<Database.Database, 'exec'>,
  work: () => Result,
): Promise<Result> => onceUnlocked(() => inTransaction(connection, work));

/**
 * Runs work. While another connection holds the lock it is retried, and the event loop is not blocked.
 * @throws what the work threw first, or that the file is locked for longer than `MAX_LOCK_WAIT_MS`.
 */
export async function onceUnlocked<Result>(work: () => Result): Promise<Result> {
  const end = performance.now() + MAX_LOCK_WAIT_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= end) throw error;
    }
    await wait(pause);
  }
}

function inTransaction<Result>(connection: Pick<Database.Database, 'exec'>, work: () => Result): Result {
  // Immediate: taking the write lock at the start waits for it; taking it later may fail at once.
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function rollBack(connection: Pick<Database.Database, 'exec'>): void {
  try {
    connection.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself, for example because the disk is full: the first error has the reason.
  }
}
