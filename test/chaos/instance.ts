import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../until.js';

/** A part of `GET /health`. */
export interface Part {
  readonly part: string;
  readonly status: 'ok' | 'degraded' | 'down';
  readonly says?: string;
}

/** A notification as `GET /v1/notifications` lists it. */
export interface Listed {
  readonly notificationId: string;
  readonly recipientId: string;
  readonly rule: string;
  readonly outcome: string;
  readonly decision: string;
  readonly reason?: string;
  /** How many times its mail was begun. */
  readonly attempts?: number;
}

/** One instance of Herald as a process of its own. */
export interface Instance {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has logged so far. */
  readonly log: () => string;
  publish(...events: readonly unknown[]): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
  get<T>(path: string): Promise<T>;
  moveTo(now: string): Promise<void>;
  /** All that was decided. */
  history(): Promise<readonly Listed[]>;
  /** The parts that are not well, as `part: status`, and the milliseconds that the answer took. */
  health(): Promise<{ readonly unwell: readonly string[]; readonly ms: number }>;
  /** The value of a metric, with all its labels summed up. */
  metric(name: string): Promise<number>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** For a machine that does much else. */
const START_PATIENCE_MS = 60_000;

/** Starts an instance on the files of a folder, and waits until it answers. */
export const startInstance = async (
  folder: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Instance> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // A hook changes modules, of which dist/main.js has copies.
  const isHooked = changes.NODE_OPTIONS?.includes('--import=');
  const child = spawn(process.execPath, [isHooked ? 'test/faults/main.mjs' : 'dist/main.js'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HERALD_PORT: String(port),
      HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
      HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
      HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
      HERALD_CLOCK: 'test',
      HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z',
      HERALD_CLOCK_FILE: join(folder, `clock-${port}.txt`),
      HERALD_SECRET: 'a secret that is long enough for everybody',
      HERALD_PUBLIC_URL: 'https://herald.example',
      ...changes,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const answers = () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(async () => child.exitCode !== null || (await answers()), Boolean, START_PATIENCE_MS);
  if (child.exitCode !== null) throw new Error(output);

  const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T;
  const post = (path: string, body?: unknown, type = 'application/json') =>
    fetch(`${url}${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify(body) }),
    });
  const ended = () =>
    child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  return {
    ...{ url, process: child, log: () => output, get, post },
    publish: (...events) => post('/v1/events', events, 'application/cloudevents-batch+json'),
    moveTo: async (now) => {
      const response = await post('/v1/test-clock', { now });
      if (!response.ok) throw new Error(await response.text());
    },
    history: async () => {
      const all: Listed[] = [];
      for (let after = ''; ; ) {
        const page = await get<{ items: Listed[]; next: string | null }>(
          `/v1/notifications?limit=200${after}`,
        );
        all.push(...page.items);
        if (!page.next) return all;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
    },
    health: async () => {
      const begin = performance.now();
      const { parts } = await get<{ parts: Part[] }>('/health');
      const ms = Math.round(performance.now() - begin);
      return {
        unwell: parts.filter(({ status }) => status !== 'ok').map((one) => `${one.part}: ${one.status}`),
        ms,
      };
    },
    metric: async (name) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    kill: async () => {
      const exit = ended();
      child.kill('SIGKILL');
      await exit;
    },
    stop: async () => {
      const exit = ended();
      child.kill('SIGTERM');
      await exit;
    },
  };
};
