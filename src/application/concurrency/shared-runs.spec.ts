import { expect, it } from 'vitest';
import { SharedRuns } from './shared-runs.js';

it('answers each call by a run that began at the call or later, with as few runs as that takes', async () => {
  const runs = new SharedRuns();
  const ends: (() => void)[] = [];
  let begun = 0;
  const task = () => {
    begun += 1;
    const mine = begun;
    return new Promise<number>((resolve) => ends.push(() => resolve(mine)));
  };
  const first = runs.run('a', task);
  const others = [runs.run('a', task), runs.run('a', task), runs.run('a', task)];
  const elsewhere = runs.run('b', task);
  expect(begun).toBe(2);
  ends[0]?.();
  expect(await first).toBe(1);
  await Promise.resolve();
  const late = runs.run('a', task);
  ends[1]?.();
  expect(await elsewhere).toBe(2);
  expect(begun).toBe(3);
  ends[2]?.();
  expect(await Promise.all(others)).toEqual([3, 3, 3]);
  await Promise.resolve();
  expect(begun).toBe(4);
  ends[3]?.();
  expect(await late).toBe(4);
});

it('goes on after a run that fails, and fails those alone that it answers', async () => {
  const runs = new SharedRuns();
  const first = runs.run('a', async () => {
    throw new Error('away');
  });
  const second = runs.run('a', async () => 2);
  await expect(first).rejects.toThrow('away');
  expect(await second).toBe(2);
  expect(await runs.run('a', async () => 3)).toBe(3);
});
