import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from '../../infrastructure/config/config.js';
import { copyLogFile } from '../../infrastructure/sqlite/copy-log-file.js';
import { requireSoundLog } from '../../infrastructure/sqlite/soundness.js';
import { eventsInWords } from '../terminal/events-in-words.js';
import { say } from '../terminal/terminal.js';
import { logFileOf, notThisFolder, onDisk, SAVED, secretFileOf, writeSecret } from './saved.js';

export interface BackupOptions {
  readonly json?: boolean;
}

/**
 * Copies the log and the secret, which cannot be rebuilt, to a folder. Herald may be running.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-configuration`, `invalid-argument`, `log-missing`, `log-damaged`, `event-store-unavailable`.
 */
export async function backup(folder: string, { json }: BackupOptions): Promise<number> {
  const config = readConfig(process.env);
  const file = logFileOf(config);
  const log = join(resolve(folder), SAVED.log);
  if (existsSync(log)) throw notThisFolder(`${log} is a backup already: name another folder.`);
  requireSoundLog(file);
  onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const secret = saveSecret(config, join(resolve(folder), SAVED.secret));
  const events = copyLogFile(file, log);
  if (json) say(JSON.stringify({ events, log, secret }));
  else say(`${eventsInWords(events)} of ${file} are in ${log}.`, saySecret(config, secret));
  return 0;
}

/** Copies the secret, unless it is a setting. @returns where it is now; undefined if there is no file of it. */
const saveSecret = (config: Config, to: string): string | undefined => {
  const file = secretFileOf(config);
  if (file === undefined || !existsSync(file)) return undefined;
  const secret = onDisk(file, () => readFileSync(file, 'utf8'));
  if (existsSync(to) && onDisk(to, () => readFileSync(to, 'utf8')) !== secret)
    throw notThisFolder(`${to} is there already, and is another secret: name another folder.`);
  onDisk(to, () => writeSecret(to, secret));
  return to;
};

const saySecret = (config: Config, saved: string | undefined): string => {
  if (saved !== undefined) return `The secret is in ${saved}.`;
  const file = secretFileOf(config);
  return file === undefined
    ? 'The secret is not among them: it is the setting HERALD_SECRET. Keep that apart.'
    : `There is no secret at ${file}, so none is among them. If Herald has another one, set HERALD_SECRET_FILE as Herald has it, and make another backup.`;
};
