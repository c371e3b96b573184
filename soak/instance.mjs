// The built Herald as a process, spoken to over HTTP.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long a request may take, in milliseconds; a move of the clock has a surge of mails behind it. */
const MAX_REQUEST_MS = 120_000;
const MAX_START_MS = 60_000;

export const START = '2026-01-05T06:00:00.000Z';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

const settingsOf = (folder, port, mailPort) => ({
  PATH: process.env.PATH,
  HERALD_PORT: String(port),
  HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
  HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
  HERALD_MAIL: `smtp://127.0.0.1:${mailPort}?lanes=5`,
  HERALD_CLOCK: 'test',
  HERALD_CLOCK_START: START,
  HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
  HERALD_SECRET_FILE: join(folder, 'secret.txt'),
  HERALD_PUBLIC_URL: 'https://herald.example',
  HERALD_REQUESTS_PER_MINUTE: '100000',
  HERALD_LOG_LEVEL: 'error',
});

/** Starts Herald on the files of a folder, and waits until it is ready. */
export async function startInstance(folder, mailPort) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = settingsOf(folder, port, mailPort);
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  const send = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(MAX_REQUEST_MS),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} was answered with ${response.status}: ${text.slice(0, 300)}`);
    return text;
  };
  const end = async (signal) => {
    if (hasEnded()) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };

  const begin = performance.now();
  while (
    !(await send('GET', '/health/ready').then(
      () => true,
      () => false,
    ))
  ) {
    if (hasEnded() || performance.now() - begin > MAX_START_MS)
      throw new Error(`Herald did not start: ${log}`);
    await wait(50);
  }

  return {
    url,
    log: () => log,
    hasEnded,
    get: async (path) => JSON.parse(await send('GET', path)),
    post: async (path, body) => JSON.parse((await send('POST', path, body)) || 'null'),
    remove: (path) => send('DELETE', path),
    lines: (path) => lines(`${url}${path}`),
    publish: async (events) => {
      const type = { 'content-type': 'application/cloudevents-batch+json' };
      return JSON.parse(await send('POST', '/v1/events', events, type));
    },
    moveTo: (now) => send('POST', '/v1/test-clock', { now }),
    /** The values of a metric, summed up or the largest one. */
    metrics: async () => metricsOf(await send('GET', '/metrics')),
    /** Resident memory in MB. */
    memory: async () => Number((await run('ps', ['-o', 'rss=', '-p', String(child.pid)])).stdout) / 1024,
    /** Ends as a machine does that fails. */
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    /** A command of the command line on the same files. */
    herald: (...args) =>
      run(process.execPath, ['dist/cli/main.js', ...args], { env: settings, maxBuffer: 1 << 26 }),
  };
}

/** The lines of an export, one object each. */
async function* lines(url) {
  const { body } = await fetch(url, { headers: { accept: 'application/x-ndjson' } });
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) yield JSON.parse(line);
  }
}

/** The largest value of each metric. */
const metricsOf = (text) => {
  const largest = new Map();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_]+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) largest.set(name, Math.max(largest.get(name) ?? 0, Number(value)));
  }
  return largest;
};
