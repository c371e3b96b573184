import { constants } from 'node:os';

/** The signals by which people and systems end a process. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Whether this is the first process of a container: a signal that it does not handle has no effect there, also if it sends it to itself. */
export const isFirstProcess = process.pid === 1;

/**
 * Lets a signal end this process at once for as long as nobody else listens to it: an instance that runs stops in order, and a replay pauses.
 * Signals do so by themselves, except in the first process of a container: that would go on until it is killed.
 * @param exitCodeOf default: as if nothing had happened.
 */
export const endBySignal = (exitCodeOf?: (signal: NodeJS.Signals) => number): void => {
  if (!isFirstProcess) return;
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(exitCodeOf?.(signal));
    });
};

/** What a shell makes of a process that a signal has ended: 128 and its number. */
export const codeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
