/** The signals by which people and systems end a process. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Lets a signal end this process at once for as long as nobody else listens to it: until an instance runs, which then stops in order.
 * Signals do so by themselves, except in the first process of a container: that would go on until it is killed.
 */
export const endBySignal = (): void => {
  for (const signal of SIGNALS) process.on(signal, end);
};

const end = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) > 1) return;
  process.removeListener(signal, end);
  process.kill(process.pid, signal);
  // Still here: this is the first process of a container.
  process.exit();
};
