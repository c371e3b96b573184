// Processes that listen at a port that they are told, among them a bare Nest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, until } from './support.mjs';

const isAlive = (url) =>
  fetch(`${url}/health/live`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

/** Starts a file with Node; resolves once it answers. */
export async function startNode(file, parameters, env, port) {
  // A setting of Herald's that the bench was started with is none of this process.
  const others = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('HERALD_')),
  );
  const begun = performance.now();
  const child = spawn(process.execPath, [file, ...parameters], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...others, ...env },
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await until(() => {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}.`);
    return isAlive(url);
  }, 5);
  return {
    ...{ url, pid: child.pid, millis: performance.now() - begun },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

export async function startBareNest(packages = []) {
  const port = await freePort();
  const file = fileURLToPath(new URL('./bare-nest.child.mjs', import.meta.url));
  return startNode(file, [String(port), ...packages], {}, port);
}
