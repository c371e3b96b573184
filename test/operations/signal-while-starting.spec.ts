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
