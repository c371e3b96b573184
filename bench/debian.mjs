// Programs of Debian: those of this machine, or unpacked from their packages into the temporary folder. Nothing is installed.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { run, Skipped } from './support.mjs';

/** Where the benches keep what they have fetched or built. */
export const TOOLS = join(tmpdir(), `herald-bench-tools-${userInfo().uid}`);

const children = (folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

const programsIn = (root) => [
  join(root, 'usr/bin'),
  join(root, 'usr/sbin'),
  ...children(join(root, 'usr/lib/postgresql')).map((version) => join(version, 'bin')),
];

const librariesIn = (root) =>
  [...children(join(root, 'usr/lib')), ...children(join(root, 'lib'))].filter((folder) =>
    /(?:-linux-gnu\w*|\/postfix)$/.test(folder),
  );

const within = (folders, program) => folders.map((folder) => join(folder, program)).find(existsSync);

/** Unpacks a package, and those that it depends on and this machine does not have. */
async function unpack(name, root) {
  const list = () => run('apt-get', ['install', '--print-uris', '-y', '--no-install-recommends', name]);
  const wanted = await list().catch(async () => {
    await run('apt-get', ['update']);
    return list();
  });
  const packages = [...wanted.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].map(([, found]) => found);
  const fresh = `${root}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await run('apt-get', ['download', ...packages], { cwd: fresh });
  for (const file of readdirSync(fresh).filter((found) => found.endsWith('.deb')))
    await run('dpkg', ['-x', join(fresh, file), fresh]);
  await rename(fresh, root);
}

/**
 * A program, and the environment that it needs.
 * @throws Skipped where it can be had neither from this machine nor from Debian.
 */
export async function debianProgram(program, packageName) {
  const here = within([...(process.env.PATH ?? '').split(delimiter), ...programsIn('/')], program);
  if (here) return { path: here, env: process.env };
  const root = join(TOOLS, packageName);
  try {
    if (!existsSync(root)) await unpack(packageName, root);
  } catch (error) {
    const [reason] = error.message.split('\n');
    throw new Skipped(`${program} is not here, and Debian's package ${packageName} cannot be had: ${reason}`);
  }
  const path = within(programsIn(root), program);
  if (!path) throw new Skipped(`Debian's package ${packageName} has no ${program}`);
  return { path, env: { ...process.env, LD_LIBRARY_PATH: librariesIn(root).join(delimiter) } };
}
