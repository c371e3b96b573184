// Measures an earlier commit and the code as it is now in turns, so that both are of the same machine at the same time.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measure } from './suite.mjs';
import { inFolder } from './support.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = 3;

const git = async (...args) => (await run('git', args, { cwd: ROOT })).stdout.trim();

/** The commit of the code that is measured; undefined outside of a clone, or where something is not committed. */
export async function committed() {
  try {
    const changes = await git('status', '--porcelain', '--', 'src', 'bench', 'package-lock.json');
    return changes === '' ? await git('rev-parse', 'HEAD') : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this clone has a commit; one of a shallow clone may be missing. */
export const hasCommit = (commit) =>
  git('cat-file', '-e', `${commit}^{commit}`).then(
    () => true,
    () => false,
  );

/** Writes the files of a commit to a folder, installs what they need and compiles them. */
async function build(commit, folder) {
  const archive = join(folder, 'commit.tar');
  await git('archive', `--output=${archive}`, commit);
  await run('tar', ['-xf', archive, '-C', folder]);
  await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  await run('npm', ['run', 'build'], { cwd: folder });
}

/** Has the benches of another folder measure the code beside them. */
async function measureIn(folder, names) {
  await run(process.execPath, ['bench/run.mjs', '--quick', ...names], { cwd: folder });
  const results = join(folder, 'bench', 'results');
  const last = (await readdir(results)).sort().at(-1);
  return JSON.parse(await readFile(join(results, last), 'utf8'));
}

/**
 * The quick form of some benches, of a commit and of the code as it is now, in turns.
 * @returns the results of all rounds of each side
 */
export const besideCommit = (commit, names) =>
  inFolder(async (folder) => {
    await build(commit, folder);
    const then = [];
    const now = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      then.push(await measureIn(folder, names));
      now.push(await measure(names, { quick: true }));
    }
    return { then, now };
  });
