import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type Ended, isUnreachable, lastLines, run } from './run.js';

/** A folder with tools, or in words why there is none. */
export type Tools = { readonly folder: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `node_modules` has the parsers and linters of descriptions. */
    nodeTools: Tools;
    /** Where `bin` has Python and its tools. */
    pythonTools: Tools;
  }
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Outside of the repository, so that the tools survive `npm ci` and the next change. */
const CACHE = join(tmpdir(), `herald-clients-${userInfo().uid}`);

/** Installs tools into a folder that has the hash of their versions as its name. One that is there is used again. */
const installed = async (
  name: string,
  lock: string,
  install: (folder: string) => Promise<Ended>,
): Promise<Tools> => {
  const hash = createHash('sha256').update(await readFile(join(HERE, lock)));
  const folder = join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { folder };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { ok, output } = await install(folder);
  if (ok) {
    await mkdir(complete);
    return { folder };
  }
  if (!isUnreachable(output)) throw new Error(`${name} cannot be installed:\n${output}`);
  return { missing: `${name} cannot be installed: ${lastLines(output, 1)}` };
};

const installNode = (): Promise<Tools> =>
  installed('Node tools', 'package-lock.json', async (folder) => {
    for (const file of ['package.json', 'package-lock.json']) await cp(join(HERE, file), join(folder, file));
    return run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  });

const installPython = (): Promise<Tools> =>
  installed('Python tools', 'requirements.txt', async (folder) => {
    const made = await run('python3', ['-m', 'venv', folder]);
    if (!made.ok) return made;
    const requirements = join(HERE, 'requirements.txt');
    const options = ['--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    return run(join(folder, 'bin', 'pip'), ['install', ...options, '-r', requirements]);
  });

/** Before all specs. What cannot be had is skipped, and the specs say so. */
export default async (project: TestProject): Promise<void> => {
  const [nodeTools, pythonTools] = await Promise.all([installNode(), installPython()]);
  project.provide('nodeTools', nodeTools);
  project.provide('pythonTools', pythonTools);
};
