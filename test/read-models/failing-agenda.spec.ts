import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { expect, it, vi } from 'vitest';
import type { ClockGuard } from '../../src/application/clock/clock-guard.js';
import type { AccountDecisions } from '../../src/application/decisions/account-decisions.js';
import type { DecisionPace } from '../../src/application/decisions/decision-pace.js';
import { DecisionWorker } from '../../src/application/decisions/decision-worker.js';
import type { QueueDecisions } from '../../src/application/decisions/queue-decisions.js';
import type { UndeliveredFollowUp } from '../../src/application/decisions/undelivered-follow-up.js';
import type { Health } from '../../src/application/health/health.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import type { Projections } from '../../src/application/read-models/engine/projections.js';

it.each([
  ['at once', 0],
  ['while it catches up after an outage', 120],
])('Nothing is decided in bulk from an agenda that fails %s', async (_, millis) => {
  const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const lanes: string[] = [];
  const projections = {
    caughtUpUnlessAborted: async () => {
      await wait(millis);
      throw new Error('The agenda is stopped.');
    },
    isWriting: () => true,
    isLate: () => true,
  };
  const due = async (lane: string) => {
    lanes.push(lane);
    return [];
  };
  const worker = new DecisionWorker(
    projections as unknown as Projections,
    { due } as unknown as DueAgenda,
    {} as AccountDecisions,
    {} as QueueDecisions,
    {} as UndeliveredFollowUp,
    { monotonicMs: () => 0, now: () => '2026-03-02T09:00:00.000Z' } as unknown as Clock,
    { isTrusted: () => true } as unknown as ClockGuard,
    { decisionsAtOnce: 1 } as unknown as DecisionPace,
    { register: () => undefined } as unknown as Health,
  );
  await worker.settle();
  expect(lanes).toEqual(['interactive-decision']);
  expect(logged).toHaveBeenCalledWith('The agenda is stopped.', expect.any(Error));
  logged.mockRestore();
  await worker.close();
});
