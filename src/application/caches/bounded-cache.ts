import { LRUCache } from 'lru-cache';

type Options<Value extends {}> = Pick<
  LRUCache.Options<string, Value, unknown>,
  'ttl' | 'ttlResolution' | 'perf'
>;

/**
 * A cache of at most so many entries; the least recently used are evicted. Its memory grows with its entries: the library's own
 * option `max` allocates room for all of them at once, which was 10 MB and 20 ms of a start for the caches of one Herald.
 */
export const boundedCache = <Value extends {}>(
  maxEntries: number,
  options: Options<Value> = {},
): LRUCache<string, Value> =>
  new LRUCache<string, Value>({ ...options, maxSize: maxEntries, sizeCalculation: () => 1 });
