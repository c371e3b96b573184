import type { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** A module of the built Herald: a thread is a file that Node loads itself. */
export const built = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<Module>;

/** The threads that this test has started, in order. */
export const startedThreads = (): readonly Worker[] => {
  const workers: Worker[] = [];
  const hear = (worker: Worker) => void workers.push(worker);
  process.on('worker', hear);
  onTestFinished(() => void process.off('worker', hear));
  return workers;
};
