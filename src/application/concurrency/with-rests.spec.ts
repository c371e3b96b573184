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

it('A long computation ends once its signal is aborted', async () => {
  const stop = new AbortController();
  let last = -1;
  const all = async () => {
    for await (const value of withRests(busy(20, 10), stop.signal)) {
      last = value;
      if (value === 4) stop.abort(new Error('stopped'));
    }
  };
  await expect(all()).rejects.toThrow('stopped');
  expect(last).toBe(4);
});
