import { setTimeout as wait } from 'node:timers/promises';

/** The first wait after a failure, in milliseconds; each further one is twice as long. */
const FIRST_MS = 100;
/** The longest wait, in milliseconds: so long after a server is back nobody may notice. */
const MAX_MS = 5_000;

/** Waits, in milliseconds; ends early when the signal aborts. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  wait(millis, undefined, { signal }).catch(() => undefined);

/** Waits before beginning again after so many failures in a row, from 0. */
export const pauseAfterDrop = (drops: number, signal: AbortSignal, longestMs = MAX_MS): Promise<void> =>
  pause(Math.min(longestMs, FIRST_MS * 2 ** drops), signal);

/**
 * Does work that never ends by itself: begins again whenever it fails or ends, after pauses that grow, until the signal
 * aborts.
 * @param work calls `isWell` when it gets on, so that the next pause is the shortest.
 * @param failed hears of every failure but one at the end.
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
