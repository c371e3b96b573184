import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { Config } from '../../infrastructure/config/config.js';

/** The names of the files in the folder of a backup. The log comes last: without it there is no backup. */
export const SAVED = { log: 'events.db', secret: 'secret.txt' } as const;

/** The file of the secret; undefined if the secret is a setting. */
export const secretFileOf = ({
  HERALD_SECRET,
  HERALD_SECRET_FILE,
}: Pick<Config, 'HERALD_SECRET' | 'HERALD_SECRET_FILE'>): string | undefined =>
  HERALD_SECRET ? undefined : resolve(HERALD_SECRET_FILE);

/** The file of the log. @throws HeraldError `invalid-configuration` for a log on a server. */
export const logFileOf = (config: Config): string => {
  const { HERALD_EVENT_STORE: url } = config;
  if (url.startsWith('sqlite:')) return resolve(url.slice('sqlite:'.length));
  const secret = secretFileOf(config);
  throw new HeraldError(
    'invalid-configuration',
    `HERALD_EVENT_STORE: The log is on a server, which has its own tools for this.${secret ? ` Keep the secret, ${basename(secret)}, with its backups.` : ''}`,
    'HERALD_EVENT_STORE',
  );
};

/** Writes a secret that only its owner can read, durably; it has its name once it is whole. */
export const writeSecret = (file: string, secret: string): void => {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  const handle = openSync(part, 'wx', 0o600);
  try {
    writeSync(handle, secret);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
};

/** @throws HeraldError `event-store-unavailable` for what the file system refuses. */
export const onDisk = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    throw new HeraldError(
      'event-store-unavailable',
      `${resolve(path)} cannot be read or written (${messageOf(error)}): check the disk and the permissions, then retry.`,
    );
  }
};

/** @throws HeraldError `invalid-argument` about the folder. */
export const notThisFolder = (message: string): HeraldError =>
  new HeraldError('invalid-argument', message, 'folder');
