import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** Of the heap's limit, when that much is left after all garbage is collected: beyond it collecting takes the most time. */
const SHORT = 0.6;

/** Begins to count how often memory of this thread was short, and answers the count. */
export function memoryShortages(): () => number {
  let shortages = 0;
  // Before a collection nobody can tell what is used from what is garbage.
  new PerformanceObserver((list) => {
    if (!list.getEntries().some(isFull)) return;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    if (used > limit * SHORT) shortages += 1;
  }).observe({ entryTypes: ['gc'] });
  return () => shortages;
}

/** Node tells more of a collection than its types say. */
interface Collection extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

const isFull = (entry: PerformanceEntry): boolean =>
  (entry as Collection).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
