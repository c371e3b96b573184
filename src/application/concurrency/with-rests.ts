import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a turn is, in milliseconds. */
const TURN_MS = 5;

/** The values of a long computation, those that are not undefined. After every few milliseconds all else has its turn. */
export async function* withRests<T>(steps: Iterable<T | undefined>): AsyncGenerator<T> {
  let begun = performance.now();
  for (const value of steps) {
    if (value !== undefined) yield value;
    if (performance.now() - begun < TURN_MS) continue;
    await nextTurn();
    begun = performance.now();
  }
}
