// Rebuilds in a process of their own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('./replay.child.mjs', import.meta.url));

/** Rebuilds all projections over a log file, into a folder: milliseconds, and the most memory in bytes. */
export const replay = async (file, folder) =>
  JSON.parse((await promisify(execFile)(process.execPath, [CHILD, file, folder])).stdout);
