import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that speaks MongoDB's protocol, and what it is. */
export interface MongodbServer {
  readonly what: string;
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server to test against: the one that HERALD_TEST_MONGODB_URL names, or a FerretDB whose program
 * HERALD_TEST_FERRETDB names; undefined without either.
 */
export async function mongodbServer(): Promise<MongodbServer | undefined> {
  const url = process.env.HERALD_TEST_MONGODB_URL;
  if (url) return { what: 'the server of HERALD_TEST_MONGODB_URL', url, stop: async () => undefined };
  const program = process.env.HERALD_TEST_FERRETDB;
  return program && existsSync(program) ? startFerretdb(program) : undefined;
}

async function startFerretdb(program: string): Promise<MongodbServer> {
  const folder = mkdtempSync(join(tmpdir(), 'herald-ferretdb-'));
  const port = await freePort();
  const child = spawn(
    program,
    [
      '--handler=sqlite',
      `--sqlite-url=file:${folder}/`,
      `--state-dir=${folder}`,
      `--listen-addr=127.0.0.1:${port}`,
      '--debug-addr=-',
      '--telemetry=disable',
      '--log-level=error',
    ],
    { stdio: 'ignore' },
  );
  await listening(port, child);
  return {
    what: 'FerretDB',
    url: `mongodb://127.0.0.1:${port}/`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const listening = async (port: number, child: ChildProcess): Promise<void> => {
  while (child.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.end();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('FerretDB ended before it listened.');
};
