import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import type { Herald } from '../../src/herald.js';
import { until } from '../until.js';

export { until };

// Rebuilds run in a worker thread, which Node loads itself: these tests are about the build.
const { startHerald } = (await import(
  new URL('../../dist/herald.js', import.meta.url).href
)) as typeof import('../../src/herald.js');

/** Makes a log as a platform makes it, and its file; the moment of its n-th event. */
export const { makeLog, at: momentOf } = (await import(
  new URL('../../bench/log.mjs', import.meta.url).href
)) as {
  makeLog: (file: string, events: number, streams: number) => Promise<void>;
  at: (n: number) => string;
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-replay-'));
  folders.push(folder);
  return folder;
};

/** Settings of a Herald whose data lies in a folder. */
export const settingsIn = (folder: string, more: Record<string, string> = {}): Record<string, string> => ({
  HERALD_PORT: '0',
  HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
  HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
  HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
  HERALD_CLOCK: 'test',
  HERALD_CLOCK_START: '2026-01-05T06:00:00Z',
  HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
  HERALD_SECRET_FILE: join(folder, 'secret.txt'),
  HERALD_LOG_LEVEL: 'silent',
  ...more,
});

export const start = (folder: string, more: Record<string, string> = {}): Promise<Herald> =>
  startHerald(settingsIn(folder, more));

export async function ask<T>(
  url: string,
  path: string,
  method = 'GET',
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, { method });
  return { status: response.status, body: (await response.json()) as T };
}

/** Publishes events, in batches that are all accepted. */
export const publish = async (url: string, events: readonly object[]): Promise<void> => {
  for (let n = 0; n < events.length; n += 500) {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events.slice(n, n + 500)),
    });
    expect(response.status, await response.clone().text()).toBe(202);
  }
};

/** The status of a projection, once its replay is as it should be. */
export const replayIs = (url: string, name: string, ...wanted: string[]): Promise<ProjectionStatus> =>
  until(
    async () => (await ask<ProjectionStatus>(url, `/v1/projections/${name}`)).body,
    ({ build }) => wanted.includes(build?.status ?? ''),
  );

const file = (path: string) => new URL(`../../dist/${path}`, import.meta.url).pathname;

/** Herald as a process of its own, with settings besides those of the folder. */
export async function spawnHerald(
  folder: string,
  more: Record<string, string> = {},
): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const environment = { ...process.env, ...settingsIn(folder, { HERALD_PORT: String(port), ...more }) };
  const child = spawn(process.execPath, [file('main.js')], { env: environment, stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  await until(
    () =>
      fetch(`${url}/v1/projections`).then(
        (response) => response.ok,
        () => false,
      ),
    (isUp) => isUp,
  );
  return { url, process: child };
}

/** The command line, with settings besides those of the folder: its exit code and what it prints. */
export const cliWith = (
  folder: string,
  more: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const { HERALD_EVENT_STORE, HERALD_READ_MODELS, HERALD_MAIL } = settingsIn(folder);
    const env = { ...process.env, HERALD_EVENT_STORE, HERALD_READ_MODELS, HERALD_MAIL, ...more };
    execFile(process.execPath, [file('cli/main.js'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });

/** The command line: its exit code and what it prints. */
export const cli = (folder: string, ...args: string[]) => cliWith(folder, {}, ...args);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The command line as a process that a test can interrupt. */
export const spawnCli = (...args: string[]): ChildProcess => spawnCliWith({}, ...args);

/** The same, with settings. */
export const spawnCliWith = (settings: Record<string, string>, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [file('cli/main.js'), ...args], {
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  });
