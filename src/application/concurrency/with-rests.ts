import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many steps are a few milliseconds of work. */
const STEPS = 50;

/** The values of a long computation, those that are not undefined. Between every few steps all else has its turn. */
export async function* withRests<T>(steps: Iterable<T | undefined>): AsyncGenerator<T> {
  let count = 0;
  for (const value of steps) {
    if (value !== undefined) yield value;
    count += 1;
    if (count % STEPS === 0) await nextTurn();
  }
}
