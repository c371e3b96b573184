import { Logger } from '@nestjs/common';
import { expect, it, vi } from 'vitest';
import { Worker } from './worker.js';
import { WorkerLoop, type WorkItem } from './worker-loop.js';

/** A worker with an urgent queue that is empty, and another whose query fails while `error` is set. */
class Sender extends Worker<WorkItem> {
  error: Error | undefined;
  protected readonly loop = new WorkerLoop<WorkItem>({
    concurrency: () => 1,
    queues: [async () => [], async () => this.#due()],
    ...{ work: async () => undefined, versionOf: () => '', monotonicMs: () => 0 },
    ...this.reports,
  });

  constructor() {
    super('delivery', 'fail');
  }

  #due(): readonly WorkItem[] {
    if (this.error) throw this.error;
    return [];
  }
}

it('A query that keeps failing is logged once, also while another query of the worker works; and again after a recovery', async () => {
  const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const worker = new Sender();
  const look = async (times: number) => {
    for (let n = 0; n < times; n += 1) await worker.settle();
  };
  worker.error = new Error('The disk is full.');
  await look(3);
  expect(logged).toHaveBeenCalledTimes(1);
  worker.error = undefined;
  await look(1);
  worker.error = new Error('The disk is full.');
  await look(3);
  expect(logged).toHaveBeenCalledTimes(2);
  logged.mockRestore();
  await worker.close();
});
