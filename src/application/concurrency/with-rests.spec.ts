import { expect, it } from 'vitest';
import { withRests } from './with-rests.js';

function* busy(steps: number, millis: number) {
  for (let n = 0; n < steps; n += 1) {
    const end = performance.now() + millis;
    while (performance.now() < end);
    yield n % 2 === 0 ? n : undefined;
  }
}

it('A long computation yields to the event loop, however long its steps are', async () => {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const values: number[] = [];
  for await (const value of withRests(busy(20, 10))) values.push(value);
  isOver = true;
  expect(values).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  expect(turns).toBeGreaterThan(15);
});
