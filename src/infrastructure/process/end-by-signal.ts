/** The signals by which people and systems end a process. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether this is the first process of a container: a signal that it does not handle has no effect there, also if it sends it to itself. */
export const isFirstProcess = process.pid === 1;

/**
 * Lets a signal end this process at once for as long as nobody else listens to it: until an instance runs, which then stops in order.
 * Signals do so by themselves, except in the first process of a container: that would go on until it is killed.
 */
export const endBySignal = (): void => {
  if (isFirstProcess) for (const signal of SIGNALS) process.on(signal, end);
};

const end = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) === 1) process.exit();
};
