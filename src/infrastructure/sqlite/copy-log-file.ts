import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'libsql';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { answering, logDamaged, openLogFileToRead } from './log-file.js';
import { damageOf } from './soundness.js';
import { OPENING_WAIT_MS } from './transaction.js';

/**
 * Copies the file of a log as it is at one moment, also while an instance writes to it. The copy is one file, checked and durable, and
 * has its name only once it is whole; a copy that fails leaves nothing.
 * @returns how many events it has.
 * @throws HeraldError `log-missing`, `log-damaged`, and `event-store-unavailable` for any failure of SQLite or the file system.
 */
export function copyLogFile(from: string, to: string): number {
  const connection = openLogFileToRead(from);
  const part = `${to}.part`;
  try {
    const events = answering(from, () => countOf(connection));
    removePart(part);
    // The pragma that makes writes fail takes this for one.
    connection.pragma('query_only = 0');
    connection.prepare('VACUUM INTO ?').run(part);
    const damage = damageOf(part, OPENING_WAIT_MS);
    if (damage !== undefined) throw logDamaged(part, damage);
    makeDurable(part);
    renameSync(part, to);
    makeDurable(dirname(to));
    return events;
  } catch (error) {
    removePart(part);
    throw error instanceof HeraldError ? error : notCopied(from, to, error);
  } finally {
    connection.close();
  }
}

/** Also what an interrupted copy has left. */
const removePart = (part: string): void => {
  for (const file of [part, `${part}-journal`]) rmSync(file, { force: true });
};

const notCopied = (from: string, to: string, cause: unknown): HeraldError =>
  new HeraldError(
    'event-store-unavailable',
    `The log ${from} cannot be copied to ${to} (${messageOf(cause)}): check the disk and the permissions of that folder, then retry.`,
  );

/** Fails for a table that is no log. */
const countOf = (log: Database.Database): number => {
  log.prepare('SELECT position, stream, revision, id, type, data, metadata FROM events');
  const [row] = log.prepare('SELECT count(*) FROM events').raw().all() as [number][];
  return row?.[0] ?? 0;
};

/** Writes a file, or the names in a folder, to the disk. */
export const makeDurable = (path: string): void => {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
};
