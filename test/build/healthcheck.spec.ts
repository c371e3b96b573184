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

const exitCode = async (port: string, ...options: readonly string[]): Promise<unknown> => {
  const child = spawn(process.execPath, [...options, '-e', script], {
    env: { HERALD_PORT: port },
    stdio: 'ignore',
  });
  return (await once(child, 'exit'))[0];
};

/** Has it come to another port where it asks at this one: that one may be taken here. */
const leading = (asked: number, port: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import net from 'node:net';
    const { connect } = net.Socket.prototype;
    net.Socket.prototype.connect = function (...args) {
      const [[options]] = args;
      if (Number(options.port) !== ${asked}) process.exit(3);
      options.port = ${port};
      return connect.apply(this, args);
    };`)}`;

it('The health check of the image asks at the port that is set, and fails where nothing answers', async () => {
  const herald = await startTestHerald();
  const { port } = new URL(herald.url);
  expect(await exitCode(port)).toBe(0);
  await herald.stop();
  expect(await exitCode(port)).toBe(1);
});

it.each([
  ['at 3000 where none is set', '', 3_000],
  ['at 3000 where a link of Docker or Kubernetes is, which Herald ignores', 'tcp://10.0.0.7:8080', 3_000],
  ['at a port that browsers refuse', '6000', 6_000],
])('The health check of the image asks %s', async (_, set, asked) => {
  const herald = await startTestHerald();
  expect(await exitCode(set, leading(asked, new URL(herald.url).port))).toBe(0);
  await herald.stop();
});
