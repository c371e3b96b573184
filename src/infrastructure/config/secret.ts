import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { rememberSecret } from '../logging/known-secrets.js';
import { type Config, MIN_SECRET_LENGTH } from './config.js';
import { isReadableByOthers } from './secret-settings.js';

const logger = new Logger('Secret');

/**
 * The secret as set, or one that is made at the first start and kept in a file that only its owner reads.
 * @param isFirstStart whether there can be no mails yet whose links another secret has signed. Asked only when one is made.
 * @throws HeraldError `invalid-secret` for a file that cannot be read or made, holds too little, or may be read by others.
 */
export async function secretOf(
  { HERALD_SECRET, HERALD_SECRET_FILE: file }: Pick<Config, 'HERALD_SECRET' | 'HERALD_SECRET_FILE'>,
  isFirstStart: () => Promise<boolean>,
): Promise<string> {
  if (HERALD_SECRET) return HERALD_SECRET;
  try {
    let secret = await read(file);
    if (secret === undefined) {
      secret = await make(file);
      if (await isFirstStart())
        logger.log(`A new secret was made in ${resolve(file)}: keep it with the backups of the log.`);
      else
        logger.warn(
          `There was no secret in ${resolve(file)}, so a new one was made. If Herald has sent mails before, their links no longer work; restore the secret from a backup.`,
        );
    }
    await refuseReadersOf(file);
    if (secret.length < MIN_SECRET_LENGTH) throw tooShort(file);
    rememberSecret(secret);
    return secret;
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    throw invalid(`cannot be read or created (${messageOf(error)}): grant Herald's user permission`, file);
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Atomic: if two instances start at once, the second reads what the first has written. */
async function make(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${randomBytes(6).toString('hex')}.part`;
  const handle = await open(partial, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(MIN_SECRET_LENGTH).toString('base64url'));
    await handle.sync();
    await handle.close();
    await link(partial, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
}

async function refuseReadersOf(file: string): Promise<void> {
  if (!isReadableByOthers(await stat(file))) return;
  throw invalid(`may be read by other users of this machine: chmod 600 ${resolve(file)}`, file);
}

const tooShort = (file: string): HeraldError =>
  invalid(
    `holds fewer than ${MIN_SECRET_LENGTH} characters: restore it from a backup, or remove it to generate a new one (links in mails that were already sent will then be refused)`,
    file,
  );

const invalid = (says: string, file: string): HeraldError =>
  new HeraldError('invalid-secret', `The secret file ${resolve(file)} ${says}.`, 'HERALD_SECRET_FILE');
