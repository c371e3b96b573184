import { expect, it } from 'vitest';
import { WorkerLoop, type WorkItem } from '../concurrency/worker-loop.js';
import type { DecisionWorker } from '../decisions/decision-worker.js';
import type { DeliveryWorkers } from '../delivery/delivery-workers.js';
import type { Clock } from '../ports/clock.js';
import type { Projections } from '../read-models/engine/projections.js';
import { Workers } from './workers.js';

it('What was in progress when all is settled is in the agenda before the clock is moved on', async () => {
  const happened: string[] = [];
  const queue: WorkItem[] = [{ id: 'notice' }];
  let finish = (): void => undefined;
  const work = async ({ id }: WorkItem): Promise<void> => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    happened.push(`${id} is recorded`);
    queue.length = 0;
  };
  const loop = new WorkerLoop({
    ...{ concurrency: () => 1, queues: [async () => queue], work, versionOf: ({ id }: WorkItem) => id },
    ...{ onResult: () => undefined, onQuery: () => undefined, monotonicMs: () => 0 },
  });
  const idle = { processed: 0, settle: async () => undefined };
  const projections = {
    caughtUpUnlessAborted: async () => {
      happened.push('the agenda is current');
    },
  };
  const workers = new Workers(
    projections as unknown as Projections,
    loop as unknown as DecisionWorker,
    idle as unknown as DeliveryWorkers,
    { monotonicMs: () => 0 } as unknown as Clock,
  );
  loop.wake();
  await new Promise(setImmediate);
  const settled = workers.settle();
  await new Promise(setImmediate);
  finish();
  await settled;
  expect(happened).toEqual(['the agenda is current', 'notice is recorded', 'the agenda is current']);
});
