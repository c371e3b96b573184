import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/demo/client.js';
import { play, START, story } from '../../src/demo/story.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../replay/running.js';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly correlationId?: string;
  readonly [field: string]: unknown;
}

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;

/** Herald as a process of its own, and what it writes. */
const spawnLogged = async (settings: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-logs-'));
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: {
      ...{ PATH: process.env.PATH, HERALD_PORT: '0', HERALD_LOG_LEVEL: 'debug' },
      HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
      HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
      HERALD_CLOCK: 'test',
      HERALD_CLOCK_START: START,
      HERALD_CLOCK_FILE: `${folder}/clock.txt`,
      HERALD_SECRET_FILE: `${folder}/secret.txt`,
      HERALD_PUBLIC_URL: 'https://herald.example',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  const lines = (): readonly Line[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const listening = await until(
    async () => lines().find(({ msg }) => msg === 'listening'),
    (line) => line !== undefined,
  );
  return {
    ...{ lines, text: () => text, url: String(listening?.url) },
    stop: async () => {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Everything in the samples that names a person, or is read by one. */
const PERSONAL = ['name', 'email', 'escalationEmail', 'displayName', 'title', 'streamName', 'address'];
const personal = (value: unknown, key = ''): readonly string[] => {
  if (typeof value === 'string') return PERSONAL.includes(key) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, one]) => personal(one, Array.isArray(value) ? key : field));
};

let smtp: FaultySmtp;
let herald: Awaited<ReturnType<typeof spawnLogged>>;

beforeAll(async () => {
  // What servers say quotes the address, in several ways.
  smtp = await startFaultySmtp(({ stage, to }) => {
    if (stage === 'RCPT' && to.startsWith('jonas')) return { reply: `550 5.1.1 <${to}>: no such user` };
    if (stage === 'RCPT' && to.startsWith('olivia')) return { reply: `451 4.2.1 mailbox of ${to} is busy` };
    if (stage === 'dot' && to.startsWith('mira')) return 'drop';
    return undefined;
  });
  herald = await spawnLogged({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
  await play(new Client(herald.url));
  const token = 'InNlY3JldC10b2tlbiI.abcdef';
  await fetch(`${herald.url}/v1/unsubscribe/${token}`);
  await fetch(`${herald.url}/v1/notifications?recipientEmail=greta.lindner@haus-linden.example`, {
    headers: { 'x-request-id': 'mine-1' },
  });
  await fetch(`${herald.url}/v1/events`, { method: 'POST', body: '{"name": "Greta Lindner"' });
  await fetch(`${herald.url}/v1/projections/history/replay`, { method: 'POST' });
  await until(
    async () => herald.lines().filter(({ build }) => build !== undefined),
    (lines) => lines.some(({ status }) => status === 'following'),
  );
  await fetch(`${herald.url}/v1/projections/history/swap`, { method: 'POST' });
  await herald.stop();
}, 120_000);
afterAll(() => smtp.close());

const ofRoute = (route: string) => herald.lines().filter((line) => line.route === route);

describe('The log', () => {
  it('has the time as ISO 8601 and the level by name on every line', () => {
    for (const { time, level } of herald.lines()) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(['debug', 'info', 'warn', 'error']).toContain(level);
    }
  });

  it('holds no name, address or title of the eight weeks, no token and no query', () => {
    const words = [...new Set(personal(story))].filter((word) => word.length > 3);
    expect(words.length).toBeGreaterThan(60);
    const secrets = ['InNlY3JldC10b2tlbiI', 'recipientEmail', 'haus-linden.example'];
    expect([...words, ...secrets].filter((word) => herald.text().includes(word))).toEqual([]);
  });

  it('has a line for every outcome that is not accepted, by ids', () => {
    const outcomes = herald.lines().filter(({ outcome }) => outcome !== undefined);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(
      new Set(['rejected', 'deferred', 'given-up', 'superseded', 'outcome-unknown']),
    );
    for (const line of outcomes) {
      expect(line).toMatchObject({ level: line.outcome === 'superseded' ? 'info' : 'warn' });
      expect(line.notificationId).toMatch(/^[0-9a-f-]{36}$/);
      expect(line.rule).toMatch(/^[a-z-]+$/);
    }
    expect(outcomes.map(({ reason }) => String(reason)).join()).toContain('550 5.1.1 ***');
  });

  it('has a line for every request, by its route, with the correlation id that was answered', () => {
    const [unsubscribe] = ofRoute('/v1/unsubscribe/:token');
    expect(unsubscribe).toMatchObject({ level: 'info', method: 'GET', status: 404 });
    expect(ofRoute('/v1/notifications')).toContainEqual(
      expect.objectContaining({ correlationId: 'mine-1', durationMs: expect.any(Number) }),
    );
  });

  it('records the start with its settings, a rebuild, its swap, and the stop with its reason', () => {
    expect(herald.lines()).toContainEqual(
      expect.objectContaining({ msg: 'Herald starts', version: expect.any(String), clock: 'test' }),
    );
    for (const status of ['building', 'following', 'swapped'])
      expect(herald.lines()).toContainEqual(
        expect.objectContaining({ level: 'info', projection: 'history', status }),
      );
    expect(herald.lines()).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'Herald stops', reason: 'SIGTERM' }),
    );
  });
});

it('loses no line of an instance that is stopped right after a request', async () => {
  const herald = await spawnLogged({});
  await fetch(`${herald.url}/v1/notifications`, { headers: { 'x-request-id': 'the-last' } });
  await herald.stop();
  const last = herald.lines().slice(-2);
  expect(herald.lines()).toContainEqual(expect.objectContaining({ correlationId: 'the-last', status: 200 }));
  expect(last).toContainEqual(expect.objectContaining({ msg: 'Herald stops', reason: 'SIGTERM' }));
});
