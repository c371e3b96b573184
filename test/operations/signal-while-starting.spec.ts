import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it, vi } from 'vitest';
import { ClockGuard } from '../../src/application/clock/clock-guard.js';
import { DecisionWorker } from '../../src/application/decisions/decision-worker.js';
import { DeliveryWorkers } from '../../src/application/delivery/delivery-workers.js';
import { RebuildSupervisor } from '../../src/application/read-models/rebuild/rebuild-supervisor.js';
import { startTestHerald } from '../http/herald.js';
import { until } from '../until.js';

afterEach(() => vi.restoreAllMocks());

it('No worker begins before signals are listened to: until then they would end the process amid a mail', async () => {
  const listeners = process.listenerCount('SIGTERM');
  const isHeard: boolean[] = [];
  const note = () => void isHeard.push(process.listenerCount('SIGTERM') > listeners);
  vi.spyOn(DecisionWorker.prototype, 'wake').mockImplementation(note);
  vi.spyOn(DeliveryWorkers.prototype, 'wake').mockImplementation(note);
  const ticks = vi.spyOn(ClockGuard.prototype, 'isTrusted');
  const bootstrap = vi.spyOn(RebuildSupervisor.prototype, 'open').mockImplementation(async () => {
    ticks.mockClear();
    await until(
      async () => ticks.mock.calls.length,
      (count) => count > 1,
    );
  });
  const herald = await startTestHerald();
  expect(bootstrap).toHaveBeenCalledOnce();
  // Then they begin at once.
  expect(new Set(isHeard)).toEqual(new Set([true]));
  await herald.stop();
});

/** Sends itself a signal while it listens at one address of `localhost` and looks for the others. */
const SIGNALLED = `data:text/javascript,${encodeURIComponent(`
  import dns from 'node:dns';
  const { lookup } = dns;
  dns.lookup = (host, options, done) => {
    if (options.all) process.kill(process.pid, 'SIGTERM');
    return lookup(host, options, done);
  };`)}`;

it('A signal ends an instance at once and without a word while it begins to listen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-signalled-'));
  const child = spawn(process.execPath, [`--import=${SIGNALLED}`, 'dist/main.js'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...{ PATH: process.env.PATH, HERALD_HOST: 'localhost', HERALD_PORT: '0' },
      HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
      HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
      ...{ HERALD_MAIL: `outbox:${folder}/outbox`, HERALD_SECRET_FILE: `${folder}/secret.txt` },
    },
  });
  const [[code, signal], said] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect({ code, signal, said }).toEqual({ code: null, signal: 'SIGTERM', said: '' });
  rmSync(folder, { recursive: true, force: true });
});
