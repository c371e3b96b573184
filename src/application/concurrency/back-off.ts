import { setTimeout as wait } from 'node:timers/promises';

/** The first delay after a failure, in milliseconds; each further one doubles. */
const FIRST_MS = 100;
/** The longest delay, in milliseconds: how late a recovered server may be noticed. */
const MAX_MS = 5_000;

/** Waits, in milliseconds; ends early when the signal aborts. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  wait(millis, undefined, { signal }).catch(() => undefined);

/** Waits before a restart after this number of consecutive failures, from 0. */
export const pauseAfterDrop = (drops: number, signal: AbortSignal, longestMs = MAX_MS): Promise<void> =>
  pause(Math.min(longestMs, FIRST_MS * 2 ** drops), signal);

/**
 * Runs work that should never end. Restarts it with back-off whenever it fails or ends, until the signal aborts.
 * @param work calls `isWell` on progress, which resets the back-off.
 * @param failed receives every failure except one caused by the abort.
 */
export async function retryForever(
  work: (isWell: () => void) => Promise<void>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let drops = 0; !signal.aborted; drops += 1) {
    try {
      await work(() => {
        drops = 0;
      });
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
    await pauseAfterDrop(drops, signal);
  }
}
