import { expect, it } from 'vitest';
import { backOffMs, retryForever } from './back-off.js';

it('A back-off doubles up to the longest wait, and jitter subtracts up to half of it', () => {
  for (const [failures, ms] of [100, 200, 400, 800, 1_000, 1_000].entries()) {
    const waits = Array.from({ length: 200 }, () => backOffMs(failures, 100, 1_000));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(ms / 2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(ms);
    expect(new Set(waits).size).toBeGreaterThan(100);
  }
  expect(backOffMs(5_000, 100, 1_000)).toBeLessThanOrEqual(1_000);
});

it('Work that fails or ends is begun again, and only failures before the end are reported', async () => {
  const end = new AbortController();
  const failed: unknown[] = [];
  let begun = 0;
  const work = async (isWell: () => void) => {
    begun += 1;
    isWell();
    if (begun === 4) end.abort();
    if (begun % 2 === 0) throw new Error(`failure ${begun}`);
  };
  await retryForever(work, (error) => failed.push(error), end.signal);
  expect({ begun, failed }).toEqual({ begun: 4, failed: [new Error('failure 2')] });
});
