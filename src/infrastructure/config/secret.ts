import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from './config.js';

/** The secret as set, or one that is made at the first start and kept in a file that only its owner reads. */
export async function secretOf({ HERALD_SECRET, HERALD_SECRET_FILE: file }: Config): Promise<string> {
  if (HERALD_SECRET) return HERALD_SECRET;
  await mkdir(dirname(file), { recursive: true });
  const made = randomBytes(32).toString('base64url');
  // Only if there is none: of two that start at once, the second reads what the first made.
  await writeFile(file, made, { flag: 'wx', mode: 0o600, flush: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return (await readFile(file, 'utf8')).trim();
}
