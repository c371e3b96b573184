import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { HeraldError, messageOf } from '../domain/kernel/herald-error.js';

/** Where a demo keeps its data, until it releases it. */
export interface DemoFolder {
  readonly path: string;
  release(): Promise<void>;
}

/** A folder of its own, that is removed when it is released. */
export async function temporaryFolder(): Promise<DemoFolder> {
  const path = await mkdtemp(join(tmpdir(), 'herald-demo-'));
  return { path, release: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The folder data/demo, emptied, and kept from every other demo as long as this process runs.
 * @throws HeraldError `demo-runs` when another process has it.
 */
export async function demoFolder(): Promise<DemoFolder> {
  await mkdir('data', { recursive: true });
  const lock = lockOf(join('data', 'demo.lock'));
  const path = join('data', 'demo');
  await rm(path, { recursive: true, force: true });
  return {
    path,
    release: async () => {
      lock.close();
    },
  };
}

/** A lock that the operating system takes back when the process ends, however it ends. */
function lockOf(file: string): Database.Database {
  try {
    const lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    throw new HeraldError(
      'demo-runs',
      `A demo runs in this folder already (${file}: ${messageOf(error)}): end it first, or run npm run demo -- --once, which takes a folder of its own.`,
    );
  }
}
