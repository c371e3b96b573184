// Installs the peers when a bench needs them: those of bench/package.json, and River, which Go builds.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOOLS } from '../debian.mjs';
import { run, Skipped } from '../support.mjs';

const BENCH = fileURLToPath(new URL('../', import.meta.url));
const MODULES = join(BENCH, 'node_modules');

const firstLine = ({ message }) => message.trim().split('\n').at(-1);

/** The packages of bench/package.json. Their install scripts do not run. */
export async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(BENCH, 'package-lock.json')))
    .digest('hex');
  const marker = join(MODULES, '.installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  const parameters = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', parameters, { cwd: BENCH }).catch((error) => {
    throw new Skipped(`bench/package.json cannot be installed: ${firstLine(error)}`);
  });
  await writeFile(marker, lock);
}

/** Emmett's driver, built here: its own install script would download a binary. */
export async function buildSqlite3() {
  await installPackages();
  if (existsSync(join(MODULES, 'sqlite3/build/Release/node_sqlite3.node'))) return;
  const node = dirname(dirname(process.execPath));
  const headers = existsSync(join(node, 'include/node/node_api.h')) ? [`--nodedir=${node}`] : [];
  await run('npm', ['rebuild', 'sqlite3', '--build-from-source', ...headers], { cwd: BENCH }).catch(
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
