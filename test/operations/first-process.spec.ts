import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { BATCH_TYPE } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { canBeFirst, signalFirst, spawnFirst } from './first-process.js';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;

describe.skipIf(!canBeFirst)('The first process of a container', () => {
  let folder: string;
  let outer: ChildProcess | undefined;
  let text: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'herald-first-process-'));
  });
  afterEach(() => {
    outer?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (settings: Readonly<Record<string, string>> = {}): ChildProcess => {
    text = '';
    const child = spawnFirst(
      {
        ...{ PATH: process.env.PATH, HERALD_PORT: '0', HERALD_MAIL: `outbox:${folder}/outbox` },
        HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
        HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
        HERALD_SECRET_FILE: `${folder}/secret.txt`,
        ...{ HERALD_CLOCK: 'test', HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z' },
        HERALD_CLOCK_FILE: `${folder}/clock.txt`,
        ...settings,
      },
      MAIN,
    );
    outer = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    return child;
  };

  it('ends at once if it is asked to while it starts', async () => {
    const child = start();
    const ended = once(child, 'exit');
    await until(
      async () => {
        if (child.exitCode === null) signalFirst(child, 'SIGTERM');
        return child.exitCode;
      },
      (code) => code !== null,
    );
    expect(await ended).toEqual([0, null]);
    expect([text, existsSync(join(folder, 'secret.txt'))]).toEqual(['', false]);
  });

  it('ends within its time, although a mail server does not answer', async () => {
    const smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'stall' : undefined));
    const child = start({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`, HERALD_STOP_WITHIN: '5' });
    await until(
      async () => text,
      (all) => all.includes('"listening"'),
    );
    const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
    const published = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': BATCH_TYPE },
      body: JSON.stringify([
        ...SMALL_WORLD,
        anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }),
      ]),
    });
    expect(published.status).toBe(202);
    await until(
      async () => smtp.received.length,
      (count) => count === 1,
    );
    const ended = once(child, 'exit');
    signalFirst(child, 'SIGTERM');
    expect(await ended).toEqual([0, null]);
    await smtp.close();
  });
});
