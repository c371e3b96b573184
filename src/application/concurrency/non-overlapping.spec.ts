import { expect, it } from 'vitest';
import { NonOverlapping } from './non-overlapping.js';

it('Work that keeps failing never overlaps, and its error is logged once', async () => {
  const made: string[] = [];
  let fail = (_: Error): void => undefined;
  let begun = 0;
  const repeated = new NonOverlapping({ error: (message: string) => made.push(message) }, () => {
    begun += 1;
    return new Promise((_, reject) => {
      fail = reject;
    });
  });
  for (let n = 0; n < 2; n += 1) {
    const first = repeated.again();
    await repeated.again();
    fail(new Error('away'));
    await first;
  }
  expect({ begun, made }).toEqual({ begun: 2, made: ['away'] });
});
