import { setTimeout as wait } from 'node:timers/promises';

/** The first wait after a connection was dropped, in milliseconds; each further one is twice as long. */
const FIRST_MS = 100;

/** Waits, in milliseconds; ends early when the signal aborts. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  wait(millis, undefined, { signal }).catch(() => undefined);

/** Waits before beginning again after so many drops in a row, from 0. */
export const pauseAfterDrop = (drops: number, longestMs: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(longestMs, FIRST_MS * 2 ** drops), signal);
