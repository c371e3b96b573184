import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { type Config, readConfig } from '../../infrastructure/config/config.js';
import { copyLogFile } from '../../infrastructure/sqlite/copy-log-file.js';
import { requireSoundLog } from '../../infrastructure/sqlite/soundness.js';
import { say } from '../terminal/terminal.js';
import { requireAtRest } from './migrated-logs.js';

export interface BackupOptions {
  readonly json?: boolean;
}

/** The names of the files in the folder of a backup. */
const LOG = 'events.db';
const SECRET = 'secret.txt';

/** What a restore adds to the name of what it takes the place of. */
const ASIDE = '.before-restore';

/**
 * Copies the log and the secret, which cannot be rebuilt, to a folder. Herald may be running.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-configuration`, `invalid-argument`, `log-missing`, `log-damaged`, `event-store-unavailable`.
 */
export async function backup(folder: string, { json }: BackupOptions): Promise<number> {
  const config = readConfig(process.env);
  const file = logFileOf(config);
  const log = join(resolve(folder), LOG);
  if (existsSync(log))
    throw new HeraldError('invalid-argument', `${log} is a backup already: name another folder.`, 'folder');
  requireSoundLog(file);
  await working(folder, () => mkdir(dirname(log), { recursive: true, mode: 0o700 }));
  const events = copyLogFile(file, log);
  const secret = await working(folder, () => secretTo(config, dirname(log)));
  if (json) say(JSON.stringify({ events, log, secret }));
  else say(`${counted(events)} of ${resolve(file)} are in ${log}.`, saySecret(secret));
  return 0;
}

/** Copies the secret, unless it is a setting. @returns where it is now; undefined if there is no file of it. */
const secretTo = async (config: Config, folder: string): Promise<string | undefined> => {
  const file = secretFileOf(config);
  if (file === undefined || !existsSync(file)) return undefined;
  const secret = join(folder, SECRET);
  await copyFile(file, secret);
  return secret;
};

const saySecret = (secret: string | undefined): string =>
  secret === undefined
    ? 'The secret is not among them: it is the setting HERALD_SECRET, or there is none yet. Keep that apart.'
    : `The secret is in ${secret}.`;

/**
 * Puts a backup in the place of the log and the secret; those are set aside. Herald has to be stopped.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-configuration`, `invalid-argument`, `log-in-use`, `log-missing`, `log-damaged`, `event-store-unavailable`.
 */
export async function restore(folder: string, { json }: BackupOptions): Promise<number> {
  const config = readConfig(process.env);
  const file = resolve(logFileOf(config));
  const from = join(resolve(folder), LOG);
  if (!existsSync(from))
    throw new HeraldError(
      'invalid-argument',
      `There is no backup at ${from}: name the folder of one.`,
      'folder',
    );
  requireSoundLog(from);
  await requireAtRest(config.HERALD_EVENT_STORE, 'HERALD_EVENT_STORE');
  const aside = `${file}${ASIDE}`;
  if (existsSync(aside))
    throw new HeraldError(
      'invalid-argument',
      `${aside} is what another restore has set aside: move it away, then retry.`,
      'folder',
    );
  const fresh = `${file}.restored`;
  await working(file, () => mkdir(dirname(file), { recursive: true }));
  await working(file, () => rm(fresh, { force: true }));
  const events = copyLogFile(from, fresh);
  const kept = await working(file, async () => {
    const isKept = await setAside(file, aside);
    await setAside(`${file}-wal`, `${aside}-wal`);
    await rm(`${file}-shm`, { force: true });
    await rename(fresh, file);
    await restoreSecret(config, join(dirname(from), SECRET));
    return isKept ? aside : undefined;
  });
  if (json) say(JSON.stringify({ events, log: file, setAside: kept }));
  else
    say(
      `${counted(events)} of ${from} are in ${file}.`,
      ...(kept ? [`The log that was there is ${kept}.`] : []),
      'Start Herald. If it has sent mails since the backup, it holds sending: see herald sending show.',
    );
  return 0;
}

/** @returns whether there was such a file. */
const setAside = async (file: string, aside: string): Promise<boolean> => {
  if (!existsSync(file)) return false;
  await rename(file, aside);
  return true;
};

const restoreSecret = async (config: Config, from: string): Promise<void> => {
  const file = secretFileOf(config);
  if (file === undefined || !existsSync(from)) return;
  if (existsSync(file) && (await readFile(file, 'utf8')) === (await readFile(from, 'utf8'))) return;
  await mkdir(dirname(resolve(file)), { recursive: true });
  await setAside(file, `${file}${ASIDE}`);
  await copyFile(from, file);
};

const counted = (events: number): string => `${events} ${events === 1 ? 'event' : 'events'}`;

const secretFileOf = ({ HERALD_SECRET, HERALD_SECRET_FILE }: Config): string | undefined =>
  HERALD_SECRET ? undefined : HERALD_SECRET_FILE;

/** @throws HeraldError `invalid-configuration` for a log on a server. */
const logFileOf = ({ HERALD_EVENT_STORE: url, ...config }: Config): string => {
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length);
  const secret = secretFileOf({ HERALD_EVENT_STORE: url, ...config });
  throw new HeraldError(
    'invalid-configuration',
    `HERALD_EVENT_STORE: The log is on a server, which has its own tools for this.${secret ? ` Keep the secret, ${basename(secret)}, with its backups.` : ''}`,
    'HERALD_EVENT_STORE',
  );
};

/** @throws HeraldError `event-store-unavailable` for what the file system refuses. */
const working = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new HeraldError(
      'event-store-unavailable',
      `${resolve(path)} cannot be written (${messageOf(error)}): check the disk and the permissions of the folder, then retry.`,
    );
  }
};
