// A program of its own: SQLite's client gives a lock back only when its process ends, and the command opens the log after this.
import Database from 'libsql';
import { isLocked } from '../../infrastructure/sqlite/failures.js';
import { LOG_IN_USE } from './migrated-logs.js';

/** Every connection to a log holds a shared lock, which excludes an exclusive one. */
const isOpenElsewhere = (file: string): boolean => {
  try {
    const connection = new Database(file, { timeout: 0 });
    connection.pragma('locking_mode = EXCLUSIVE');
    connection.exec('BEGIN IMMEDIATE');
    connection.exec('ROLLBACK');
    return false;
  } catch (error) {
    return isLocked(error);
  }
};

const [file = ''] = process.argv.slice(2);
process.exit(isOpenElsewhere(file) ? LOG_IN_USE : 0);
