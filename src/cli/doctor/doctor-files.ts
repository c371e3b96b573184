import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../../domain/kernel/herald-error.js';
import type { Config } from '../../infrastructure/config/config.js';
import type { Finding } from './doctor-stores.js';

const FOR_OTHERS = 0o077;

/** Whether other users of this machine can read Herald's files. Windows manages permissions differently. */
export async function* aboutFiles(config: Config): AsyncGenerator<Finding> {
  if (process.platform === 'win32') return;
  const open: string[] = [];
  for (const path of keptIn(config)) if (await isOpenToOthers(path)) open.push(path);
  yield open.length > 0
    ? [
        'look',
        'files',
        `other users of this machine can read names, addresses and mails; run: chmod -R go= ${open.map((path) => resolve(path)).join(' ')}`,
      ]
    : ['ok', 'files', 'only their owner can read them'];
  for (const folder of new Set(keptIn(config).map((path) => dirname(resolve(path)))))
    if (await isWritableForOthers(folder))
      yield [
        'WRONG',
        'files',
        `other users of this machine can replace what is in ${folder}; run: chmod go-w ${folder}`,
      ];
}

/** The sticky bit keeps them from removing what is not theirs. */
const isWritableForOthers = async (folder: string): Promise<boolean> => {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && (found.mode & 0o022) !== 0 && (found.mode & 0o1000) === 0;
};

const keptIn = ({
  HERALD_EVENT_STORE,
  HERALD_READ_MODELS,
  HERALD_MAIL,
  HERALD_SECRET,
  HERALD_SECRET_FILE,
}: Config): readonly string[] => [
  ...[HERALD_EVENT_STORE, HERALD_READ_MODELS, HERALD_MAIL]
    .filter((url) => /^(sqlite|outbox):/.test(url))
    .map((url) => url.slice(url.indexOf(':') + 1)),
  ...(HERALD_SECRET ? [] : [HERALD_SECRET_FILE]),
];

const isOpenToOthers = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.mode & FOR_OTHERS) !== 0;
};

/** @throws an Error that names the folder if it is a file or not writable; a missing folder would be created in its parent. */
export async function requireWritable(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new Error(
      `${folder} is no folder, but Herald needs one there. Move it away, or name another folder.`,
    );
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing || dirname(folder) === folder)
      throw new Error(
        `The folder ${folder} is not writable (${messageOf(error)}): grant Herald's user write permission.`,
      );
    await requireWritable(dirname(folder));
  }
}
