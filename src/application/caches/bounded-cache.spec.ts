import { describe, expect, it } from 'vitest';
import { boundedCache } from './bounded-cache.js';

describe('a bounded cache', () => {
  it('evicts the least recently used beyond its number of entries, however large they are', () => {
    const cache = boundedCache<string>(2);
    cache.set('a', 'a'.repeat(10_000)).set('b', 'b');
    cache.get('a');
    cache.set('c', 'c');
    expect([...cache.keys()].sort()).toEqual(['a', 'c']);
  });

  it('forgets after its time to live', () => {
    let now = 1;
    const cache = boundedCache<true>(2, { ttl: 10, ttlResolution: 0, perf: { now: () => now } });
    cache.set('a', true);
    now = 11;
    expect(cache.get('a')).toBe(true);
    now = 12;
    expect(cache.get('a')).toBeUndefined();
  });
});
