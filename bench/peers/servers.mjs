// The servers that peers need, from Debian, each of which has written to disk what it has answered.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { debianProgram } from '../debian.mjs';
import { freePort, run, until } from '../support.mjs';

const NOBODY = 65_534;

const answers = (port) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('connect', () => resolve(socket.end()));
    socket.on('error', () => resolve(false));
  }).then((socket) => socket !== false);

/** Starts a program; resolves once it listens. */
export async function serve(path, parameters, port, options = {}) {
  const child = spawn(path, parameters, { stdio: 'ignore', ...options });
  const ended = once(child, 'exit');
  const end = () => child.kill();
  process.on('exit', end);
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode}.`);
    return answers(port);
  });
  return async () => {
    process.off('exit', end);
    child.kill('SIGINT');
    await ended;
  };
}

/** A Redis that calls fsync for every write. */
export async function startRedis(folder) {
  const { path, env } = await debianProgram('redis-server', 'redis-server');
  const port = await freePort();
  const settings = {
    ...{ port, bind: '127.0.0.1', dir: folder, save: '' },
    ...{ appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' },
  };
  const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return { url: `redis://127.0.0.1:${port}`, stop: await serve(path, parameters, port, { env }) };
}

/** A PostgreSQL as it is by default: it calls fsync for every commit. */
export async function startPostgres() {
  const { path, env } = await debianProgram('postgres', 'postgresql');
  // It does not run as root.
  const user = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = await mkdtemp(join(tmpdir(), 'herald-bench-postgres-'));
  const data = join(folder, 'data');
  await mkdir(data);
  if (user.uid) for (const owned of [folder, data]) await chown(owned, user.uid, user.gid);
  const options = { env, cwd: folder, ...user };
  const initdb = join(path, '../initdb');
  await run(initdb, ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const port = await freePort();
  const parameters = ['-D', data, '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'];
  const stop = await serve(path, parameters, port, options);
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
