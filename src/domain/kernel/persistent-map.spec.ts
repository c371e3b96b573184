import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, entries, filter, get, type PersistentMap, remove, set, values } from './persistent-map.js';

describe('A persistent map', () => {
  const step = fc.record({
    key: fc.constantFrom('', '__proto__', 'constructor', 'a', 'b', '1'),
    value: fc.nat(3),
  });

  it('answers what a Map answers after any operations', () => {
    const any = fc.record({ key: fc.string({ maxLength: 2 }), value: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(fc.oneof(step, any), { maxLength: 300 }), (steps) => {
        const model = new Map<string, number>();
        let map: PersistentMap<number> = EMPTY;
        for (const { key, value } of steps) {
          if (value === 0) model.delete(key);
          else model.set(key, value);
          map = value === 0 ? remove(map, key) : set(map, key, value);
        }
        expect(map.size).toBe(model.size);
        expect(Object.fromEntries(entries(map))).toEqual(Object.fromEntries(model));
        for (const [key, value] of model) expect(get(map, key)).toBe(value);
        const odd = filter(map, (value) => value % 2 === 1);
        expect(values(odd).length).toBe([...model.values()].filter((value) => value % 2 === 1).length);
        expect(odd.size).toBe(values(odd).length);
      }),
    );
  });

  it('is never changed, is plain JSON, and keeps the order of few', () => {
    const one = set(EMPTY, 'b', 1);
    const two = set(one, 'a', 2);
    expect([get(one, 'a'), get(two, 'a'), get(remove(two, 'a'), 'a'), get(two, 'a')]).toEqual([
      undefined,
      2,
      undefined,
      2,
    ]);
    expect(remove(two, 'c')).toBe(two);
    expect(JSON.parse(JSON.stringify(two))).toEqual(two);
    expect(entries(two).map(([key]) => key)).toEqual(['b', 'a']);
  });

  it('copies little of many entries', () => {
    let map: PersistentMap<number> = EMPTY;
    for (let n = 0; n < 10_000; n += 1) map = set(map, `user-${n}`, n);
    const after = set(map, 'user-77', 0);
    const shared = after.buckets.filter((bucket, n) => bucket === map.buckets[n]);
    expect(shared).toHaveLength(map.buckets.length - 1);
    expect(Math.max(...map.buckets.map((bucket) => bucket.length))).toBeLessThan(64);
  });
});
