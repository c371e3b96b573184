import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long the computation runs before it yields, in milliseconds. */
const TURN_MS = 5;

/**
 * The defined values of a long computation. It yields to the event loop every few milliseconds.
 * @throws the reason of the signal once it is aborted.
 */
export async function* withRests<T>(
  steps: Iterable<T | undefined>,
  stopped?: AbortSignal,
): AsyncGenerator<T> {
  let begun = performance.now();
  for (const value of steps) {
    if (value !== undefined) yield value;
    if (performance.now() - begun < TURN_MS) continue;
    await nextTurn();
    stopped?.throwIfAborted();
    begun = performance.now();
  }
}
