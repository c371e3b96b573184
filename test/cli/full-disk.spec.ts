import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

it.runIf(existsSync('/dev/full'))('output that cannot be written is said in a sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--help'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(
      /^herald: The output cannot be written \(ENOSPC.*\).* \[output-failed\]\n$/,
    ),
  });
});
