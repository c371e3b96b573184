import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { answering, logDamaged, openLogFileToRead } from './log-file.js';
import { damageOf } from './soundness.js';
import { OPENING_WAIT_MS } from './transaction.js';

/**
 * Copies the file of a log as it is at one moment, also while an instance writes to it. The copy is one file, checked and durable, and
 * has its name only once it is whole.
 * @returns how many events it has.
 * @throws HeraldError `log-missing`, `log-damaged`, and `event-store-unavailable` for any failure of SQLite or the file system.
 */
export function copyLogFile(from: string, to: string): number {
  const connection = openLogFileToRead(from);
  const part = `${to}.part`;
  return answering(from, () => {
    try {
      // What an interrupted copy has left.
      rmSync(part, { force: true });
      // The pragma that makes writes fail takes this for one.
      connection.pragma('query_only = 0');
      connection.prepare('VACUUM INTO ?').run(part);
    } finally {
      connection.close();
    }
    const damage = damageOf(part, OPENING_WAIT_MS);
    if (damage !== undefined) throw logDamaged(part, damage);
    makeDurable(part);
    renameSync(part, to);
    makeDurable(dirname(to));
    return countOf(to);
  });
}

const countOf = (file: string): number => {
  const copy = openLogFileToRead(file);
  try {
    const [row] = copy.prepare('SELECT count(*) FROM events').raw().all() as [number][];
    return row?.[0] ?? 0;
  } finally {
    copy.close();
  }
};

const makeDurable = (path: string): void => {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
};
