// Installs the peers when a bench needs them: those of bench/package.json, and River, which Go builds.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOOLS } from '../debian.mjs';
import { run, Skipped } from '../support.mjs';

const BENCH = fileURLToPath(new URL('../', import.meta.url));

const firstLine = ({ message }) => message.trim().split('\n').at(-1);

/** Where the packages of bench/package.json are, or will be. They stay outside, so that Herald and the benches find none of them. */
const folderOf = () => {
  const lock = readFileSync(join(BENCH, 'package-lock.json'));
  return join(
    TOOLS,
    `packages-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}-${process.version}`,
  );
};

/** Requires one of them. */
export const peerPackage = (name) => createRequire(join(folderOf(), 'package.json'))(name);

/** Installs them. Their install scripts do not run. */
export async function installPackages() {
  const folder = folderOf();
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(BENCH, file), join(fresh, file));
  const parameters = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', parameters, { cwd: fresh }).catch((error) => {
    throw new Skipped(`bench/package.json cannot be installed: ${firstLine(error)}`);
  });
  await rename(fresh, folder);
  return folder;
}

/** Emmett's driver, built here: its own install script would download a binary. */
export async function buildSqlite3() {
  const folder = await installPackages();
  if (existsSync(join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node'))) return;
  const node = dirname(dirname(process.execPath));
  const headers = existsSync(join(node, 'include/node/node_api.h')) ? [`--nodedir=${node}`] : [];
  await run('npm', ['rebuild', 'sqlite3', '--build-from-source', ...headers], { cwd: folder }).catch(
    (error) => {
      throw new Skipped(`the driver of Emmett, sqlite3, cannot be built: ${firstLine(error)}`);
    },
  );
}

/** The program of bench/river. */
export async function buildRiver() {
  const program = join(TOOLS, 'river');
  await mkdir(TOOLS, { recursive: true });
  await run('go', ['build', '-o', program, '.'], { cwd: join(BENCH, 'river') }).catch((error) => {
    throw new Skipped(
      error.code === 'ENOENT' ? 'there is no Go to build it' : `Go cannot build it: ${firstLine(error)}`,
    );
  });
  return program;
}
