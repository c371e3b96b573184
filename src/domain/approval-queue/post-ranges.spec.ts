import { describe, expect, it } from 'vitest';
import { MAX_RETURNED_RANGES } from '../bounds.js';
import { isIn, union } from './post-ranges.js';

const of = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([from, to]) => ({ from, to }));

describe('Ranges of posts', () => {
  it('hold their numbers, both ends included', () => {
    const ranges = of([2, 3], [7, 7]);
    expect([1, 2, 3, 4, 6, 7, 8].filter((number) => isIn(ranges, number))).toEqual([2, 3, 7]);
  });

  it('are joined where they meet or overlap, in order', () => {
    expect(union(of([5, 6], [1, 2], [3, 3], [6, 9], [12, 12]))).toEqual(of([1, 3], [5, 9], [12, 12]));
    expect(union(of([1, 9], [2, 3]))).toEqual(of([1, 9]));
    expect(union([])).toEqual([]);
  });

  it('are at most so many: beyond that, the oldest become one', () => {
    const many = Array.from({ length: MAX_RETURNED_RANGES }, (_, n) => [3 * n + 1, 3 * n + 1] as const);
    expect(union(of(...many))).toEqual(of(...many));
    const next = 3 * MAX_RETURNED_RANGES + 1;
    const joined = union(of(...many, [next, next]));
    expect(joined).toHaveLength(MAX_RETURNED_RANGES);
    expect(joined.slice(0, 2)).toEqual(of([1, 4], [7, 7]));
    for (const [number] of [...many, [next]]) expect(isIn(joined, number)).toBe(true);
  });
});
