import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { logInUse } from '../../infrastructure/sqlite/log-file.js';

const run = promisify(execFile);

/** What the program `log-lock` exits with if another process has the log open. */
export const LOG_IN_USE = 3;

/** The port of EventStoreDB and KurrentDB. */
const DEFAULT_PORT = '2113';

const LOOPBACK = new Set(['localhost', '[::1]', '127.0.0.1']);

/** The file of an embedded log; undefined for a log on a server. */
const fileOf = (log: string): string | undefined =>
  log.startsWith('sqlite:') ? log.slice('sqlite:'.length) : undefined;

/** Whether two connection strings name one log: one file by whatever path, or one server by whatever client and user. */
export const areSameLog = (one: string, other: string): boolean => {
  const others = new Set(placesOf(other));
  return placesOf(one).some((place) => others.has(place));
};

const placesOf = (log: string): readonly string[] => {
  const file = fileOf(log);
  if (file === undefined) return nodesOf(log);
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return [resolve(file), ...(stat ? [`${stat.dev}:${stat.ino}`] : [])];
};

/** Host and port of each node that a connection string names. */
const nodesOf = (log: string): readonly string[] => {
  const [, authority = ''] = /^[^:]+:\/\/(?:[^/?]*@)?([^/?]*)/.exec(log) ?? [];
  return authority.split(',').map((node) => {
    const [, host = '', port = DEFAULT_PORT] = /^(.*?)(?::(\d+))?$/.exec(node.trim().toLowerCase()) ?? [];
    return `${LOOPBACK.has(host) ? 'loopback' : host}:${port}`;
  });
};

/**
 * Refuses an embedded log that another process has open, such as a running instance: what it writes meanwhile, or later, would be in
 * one of the two logs only. Whether an instance uses a log on a server cannot be seen from here.
 * @param option that names the log.
 * @throws HeraldError `log-in-use`.
 */
export const requireAtRest = async (log: string, option: string): Promise<void> => {
  const file = fileOf(log);
  if (file === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  if (await isOpenElsewhere(file)) throw logInUse(file, option);
};

const isOpenElsewhere = async (file: string): Promise<boolean> => {
  const program = fileURLToPath(new URL('./log-lock.js', import.meta.url));
  try {
    await run(process.execPath, [program, file]);
    return false;
  } catch (error) {
    // Opening the log reports every other failure.
    return (error as { readonly code?: unknown }).code === LOG_IN_USE;
  }
};
