import { setTimeout as wait } from 'node:timers/promises';

/** The first delay after a failure, in milliseconds; each further one doubles. */
const FIRST_MS = 100;
/** The longest delay, in milliseconds: how late a recovered server may be noticed. */
const MAX_MS = 5_000;

/** Waits, in milliseconds; ends early when the signal aborts. */
export const pause = (millis: number, signal?: AbortSignal): Promise<void> =>
  wait(millis, undefined, signal && { signal }).catch(() => undefined);

/**
 * Waits for work, but at most this many milliseconds, and not beyond the abort of the signal; no timer stays behind.
 * @returns whether the work is done.
 * @throws what the work throws until then.
 */
export async function atMost(work: Promise<unknown>, millis: number, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  // With a reason of its own: without one, each abort makes an exception with a stack trace.
  const end = () => over.abort('over');
  // Not AbortSignal.any: on Node 20 a signal that lives long keeps every one that was made of it.
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    const late = pause(millis, over.signal).then(() => false);
    return await Promise.race([work.then(() => true), late]);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/**
 * An exponential back-off with jitter, so that instances that failed together do not retry together.
 * @param failures consecutive failures before the last one, from 0.
 * @returns milliseconds: between half of `firstMs * 2 ** failures` and all of it, and never more than `maxMs`.
 */
export const backOffMs = (failures: number, firstMs: number, maxMs: number): number =>
  Math.min(maxMs, firstMs * 2 ** failures) * (0.5 + Math.random() / 2);

/** Waits before a restart after this number of consecutive failures, from 0. */
export const pauseAfterDrop = (drops: number, signal: AbortSignal, maxMs = MAX_MS): Promise<void> =>
  pause(backOffMs(drops, FIRST_MS, maxMs), signal);

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
