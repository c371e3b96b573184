import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, MIN_SECRET_LENGTH, readConfig } from '../../infrastructure/config/config.js';
import { copyLogFile } from '../../infrastructure/sqlite/copy-log-file.js';
import {
  closedToOthers,
  isSameFile,
  replaceLogFile,
  walOf,
} from '../../infrastructure/sqlite/replace-log-file.js';
import { requireSoundLog } from '../../infrastructure/sqlite/soundness.js';
import { eventsInWords } from '../terminal/events-in-words.js';
import { say } from '../terminal/terminal.js';
import { requireAtRest } from './migrated-logs.js';
import { logFileOf, notThisFolder, onDisk, SAVED, secretFileOf, writeSecret } from './saved.js';

export interface RestoreOptions {
  readonly json?: boolean;
  readonly force?: boolean;
}

/** What a restore adds to the name of what it takes the place of. */
const ASIDE = '.before-restore';

const asideOf = (file: string): string => `${file}${ASIDE}`;

/** What became of the secret: it was put in place, it is the one that is there, the backup has none, or it is a setting. */
type Secret = 'restored' | 'same' | 'none' | 'setting';

/**
 * Puts a backup in the place of the log and the secret; those are set aside. Herald has to be stopped. An interrupted restore can be
 * repeated.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-configuration`, `invalid-argument`, `log-in-use`, `log-missing`, `log-damaged`, `event-store-unavailable`.
 */
export async function restore(folder: string, { json, force = false }: RestoreOptions): Promise<number> {
  const config = readConfig(process.env);
  const from = join(resolve(folder), SAVED.log);
  if (!existsSync(from)) throw notThisFolder(`There is no backup at ${from}: name the folder of one.`);
  requireSoundLog(from);
  const log = logFileOf(config);
  const file = existsSync(log) ? realpathSync(log) : log;
  const secret = secretFileOf(config);
  const saved = savedSecret(join(dirname(from), SAVED.secret), secret);
  const asideOfLog = [asideOf(file), walOf(asideOf(file))];
  // After an interruption the log is still in place, and the secret is the new one already.
  const earlier = [
    ...(isSameFile(file, asideOf(file)) ? [] : asideOfLog),
    ...(secret === undefined || hasText(secret, saved) || isSameFile(secret, asideOf(secret))
      ? []
      : [asideOf(secret)]),
  ];
  requireNothingAside(earlier);
  await requireAtRest(config.HERALD_EVENT_STORE, 'HERALD_EVENT_STORE');

  const fresh = `${file}.restored`;
  onDisk(file, () => mkdirSync(dirname(file), { recursive: true }));
  const events = copyLogFile(from, fresh);
  // From here on at once, so that a signal has no effect in between.
  let lock: ReturnType<typeof closedToOthers>;
  let how: Secret;
  try {
    lock = existsSync(file) ? closedToOthers(file, force) : undefined;
    // The secret comes first, because its folder may refuse it.
    how = onDisk(secret ?? file, () => restoreSecret(saved, secret));
    onDisk(file, () => {
      giveTo(fresh, existsSync(file) ? file : dirname(file));
      replaceLogFile(fresh, file, asideOf(file));
    });
  } finally {
    lock?.close();
    rmSync(fresh, { force: true });
  }

  const aside = [...asideOfLog, ...(secret === undefined ? [] : [asideOf(secret)])].filter(existsSync);
  if (json) say(JSON.stringify({ events, log: file, secret: how, setAside: aside }));
  else
    say(
      `${eventsInWords(events)} of ${from} are in ${file}.`,
      SAYS[how](config),
      ...(aside.length > 0 ? [`Set aside: ${aside.join(', ')}.`] : []),
      'Start Herald. If it has sent mails since the backup, it holds sending: see herald sending show.',
    );
  return 0;
}

const SAYS: Readonly<Record<Secret, (config: Config) => string>> = {
  restored: ({ HERALD_SECRET_FILE }) => `The secret of the backup is in ${resolve(HERALD_SECRET_FILE)}.`,
  same: () => 'The secret is that of the backup already.',
  none: () =>
    'The backup has no secret. If Herald has had another one than now, links in mails that were sent and API keys are not valid.',
  setting: () => 'The secret is the setting HERALD_SECRET: it has to be the one of when the backup was made.',
};

/** The secret of the backup; undefined if it has none, or if none is to be restored. */
const savedSecret = (file: string, to: string | undefined): string | undefined => {
  if (to === undefined || !existsSync(file)) return undefined;
  const secret = onDisk(file, () => readFileSync(file, 'utf8'));
  if (secret.trim().length >= MIN_SECRET_LENGTH) return secret;
  throw notThisFolder(
    `${file} is no secret of Herald: it has fewer than ${MIN_SECRET_LENGTH} characters. Put the right one there, or remove it to keep the secret that is in place.`,
  );
};

/** What an earlier restore has set aside is not replaced. */
const requireNothingAside = (files: readonly string[]): void => {
  const there = files.filter(existsSync);
  if (there.length === 0) return;
  throw notThisFolder(
    `Another restore has set aside ${there.join(', ')}: move ${there.length === 1 ? 'it' : 'them'} away, then retry.`,
  );
};

const restoreSecret = (secret: string | undefined, to: string | undefined): Secret => {
  if (to === undefined) return 'setting';
  if (secret === undefined) return 'none';
  if (hasText(to, secret)) return 'same';
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to) && !isSameFile(to, asideOf(to))) linkSync(to, asideOf(to));
  writeSecret(to, secret);
  giveTo(to, existsSync(asideOf(to)) ? asideOf(to) : dirname(to));
  return 'restored';
};

const hasText = (file: string, text: string | undefined): boolean =>
  text !== undefined && existsSync(file) && readFileSync(file, 'utf8') === text;

/** Where root restores, the file belongs to whoever owns what it replaces. */
const giveTo = (file: string, owner: string): void => {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(owner);
  chownSync(file, uid, gid);
};
