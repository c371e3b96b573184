import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LogOutput } from '../../src/infrastructure/logging/log-output.js';
import { createLogger } from '../../src/infrastructure/logging/pino-logger.js';
import { anEvent } from '../http/events.js';
import { PROBLEM_TYPE } from '../http/herald.js';
import { until } from '../replay/running.js';

const failure = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

/** An output with room for so many bytes, and what it took. */
const outputOf = (code: string, room: number) => {
  const state = { room, text: '', calls: 0 };
  const output = new LogOutput((bytes) => {
    state.calls += 1;
    if (state.room <= 0) throw failure(code);
    const written = Math.min(bytes.length, state.room);
    state.text += bytes.subarray(0, written).toString();
    state.room -= written;
    return written;
  });
  return { state, logger: createLogger('info', output) };
};

const messages = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).msg);

describe('Lines of the log that cannot be written', () => {
  it.each(['ENOSPC', 'EPIPE', 'EAGAIN', 'EIO'])(
    'are lost, and counted once writing works again: %s',
    (code) => {
      const { state, logger } = outputOf(code, 1e6);
      logger.info('first');
      state.room = 0;
      for (const message of ['second', 'third', 'fourth']) logger.info(message);
      state.room = 1e6;
      logger.info('fifth');
      logger.info('sixth');
      expect(messages(state.text)).toEqual([
        'first',
        expect.stringMatching(`^3 lines of this log could not be written \\(${code}\\)\\.`),
        'fifth',
        'sixth',
      ]);
      expect(JSON.parse(state.text.split('\n')[1] ?? '')).toMatchObject({ level: 'error', lost: 3 });
    },
  );

  it('are never torn: the rest of a line comes before the next one', () => {
    const { state, logger } = outputOf('ENOSPC', 30);
    logger.info('first');
    logger.info('second');
    expect(state.text).toHaveLength(30);
    state.room = 1e6;
    logger.info('third');
    expect(messages(state.text)).toEqual(['first', expect.stringMatching('^1 line of'), 'third']);
  });

  it('wait for a reader only a little, and once', () => {
    const { state, logger } = outputOf('EAGAIN', 0);
    const begin = performance.now();
    for (let n = 0; n < 100; n += 1) logger.info('nobody reads');
    expect(state.calls).toBeLessThan(200);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
let child: ChildProcess;
let folder: string;
let url: string;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const startWith = async (stdio: ['ignore', 'pipe' | number, 'pipe' | number]) => {
  folder = mkdtempSync(join(tmpdir(), 'herald-lines-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  child = spawn(process.execPath, [MAIN], {
    stdio,
    env: {
      ...{ PATH: process.env.PATH, HERALD_PORT: `${port}`, HERALD_LOG_LEVEL: 'debug' },
      HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
      HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
      HERALD_MAIL: `outbox:${folder}/outbox`,
      HERALD_SECRET_FILE: `${folder}/secret.txt`,
    },
  });
  await until(
    () =>
      fetch(`${url}/health/ready`)
        .then(({ ok }) => ok)
        .catch(() => child.exitCode !== null),
    (isDone) => isDone,
  );
};

/** What is published is accepted, what is wrong is refused as always, and the end is an orderly one. */
const expectService = async () => {
  const publish = (event: unknown) =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
  const solution = { solutionId: 's', name: 'S', entitled: true, timeZone: 'Europe/Berlin', locale: 'de' };
  const sent = { baseUrl: 'https://s.example', sender: { name: 'S', address: 's@s.example' } };
  const time = new Date().toISOString();
  const accepted = await publish({ ...anEvent('1', 'solution.configured', { ...solution, ...sent }), time });
  expect([accepted.status, await accepted.text()]).toEqual([202, expect.anything()]);
  const refused = await publish({ nothing: true });
  expect([refused.status, refused.headers.get('content-type')?.split(';')[0]]).toEqual([400, PROBLEM_TYPE]);
  expect(child.exitCode).toBeNull();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await ended)[0] ?? 'SIGTERM').toBe('SIGTERM');
};

afterEach(() => {
  child?.kill('SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('An instance whose log cannot be written', () => {
  it.runIf(existsSync('/dev/full'))('goes on: the disk of the log is full', async () => {
    const full = openSync('/dev/full', 'w');
    await startWith(['ignore', full, full]);
    closeSync(full);
    await expectService();
  });

  it('goes on: the reader of the log has gone', async () => {
    await startWith(['ignore', 'pipe', 'pipe']);
    child.stdout?.destroy();
    child.stderr?.destroy();
    await expectService();
  });
});
