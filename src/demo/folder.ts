import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { HeraldError, messageOf } from '../domain/kernel/herald-error.js';

/** Where a demo keeps its data until it releases it. */
export interface DemoFolder {
  readonly path: string;
  release(): Promise<void>;
}

/** A temporary folder that is removed on release. */
export async function temporaryFolder(): Promise<DemoFolder> {
  const path = await mkdtemp(join(tmpdir(), 'herald-demo-'));
  return { path, release: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The folder data/demo, emptied, and locked against other demos as long as this process runs.
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

/** A lock that the operating system releases when the process ends, however it ends. */
function lockOf(file: string): Database.Database {
  try {
    const lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    throw new HeraldError(
      'demo-runs',
      `A demo is already running in this folder (${file}: ${messageOf(error)}). Stop it first, or run npm run demo -- --once, which uses a temporary folder.`,
    );
  }
}
