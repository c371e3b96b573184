import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

it('A command whose reader has closed the pipe ends silently, as one that SIGPIPE ends', async () => {
  const command = spawn(process.execPath, [MAIN, '--help']);
  command.stdout.destroy();
  const [said, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')]);
  expect([said, code]).toEqual(['', 141]);
});
