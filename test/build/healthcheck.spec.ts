import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startTestHerald } from '../http/herald.js';

/** What the image has its engine run, time and again. */
const [, script = ''] =
  /HEALTHCHECK[^\n]*\n\s*CMD \["node", "-e", "(.*)"\]/.exec(
    readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'),
  ) ?? [];

const exitCode = async (port: string): Promise<unknown> => {
  const child = spawn(process.execPath, ['-e', script], { env: { HERALD_PORT: port }, stdio: 'ignore' });
  return (await once(child, 'exit'))[0];
};

it('The health check of the image asks at the port that is set, and fails where nothing answers', async () => {
  const herald = await startTestHerald();
  const { port } = new URL(herald.url);
  expect(await exitCode(port)).toBe(0);
  await herald.stop();
  expect(await exitCode(port)).toBe(1);
});
