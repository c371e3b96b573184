import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { startTestHerald, type TestHerald } from '../http/herald.js';

/** A Herald whose data stay in a folder, so that it can be started again on them. */
export const startIn = (
  folder: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<TestHerald> =>
  startTestHerald({
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_MAIL: `outbox:${folder}/outbox`,
    HERALD_SECRET: 'a secret that is long enough for everybody',
    ...changes,
  });

/** Makes a back-up of the log of a stopped Herald. */
export function backUp(folder: string): void {
  const log = new Database(join(folder, 'events.db'));
  log.exec(`VACUUM INTO '${folder}/backup.db'`);
  log.close();
}

/**
 * Puts the back-up in the place of the log. The projections are built anew; what is remembered beside them stays.
 * @param remembered names of the files of the read models that stay.
 */
export async function restore(folder: string, remembered: RegExp): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(join(folder, `events.db${suffix}`), { force: true });
  await copyFile(join(folder, 'backup.db'), join(folder, 'events.db'));
  for (const name of await readdir(join(folder, 'read-models')))
    if (!remembered.test(name)) await rm(join(folder, 'read-models', name), { force: true });
}
