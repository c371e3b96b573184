import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** The share of the heap limit still used after a full garbage collection; beyond it most time is spent on collection. */
const SHORT = 0.6;

/** Starts to count memory shortages of this thread; returns a function for the count. */
export function memoryShortages(): () => number {
  let shortages = 0;
  // Before a collection, used memory and garbage are indistinguishable.
  new PerformanceObserver((list) => {
    if (!list.getEntries().some(isFull)) return;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    if (used > limit * SHORT) shortages += 1;
  }).observe({ entryTypes: ['gc'] });
  return () => shortages;
}

/** Node reports more about a collection than its types declare. */
interface Collection extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

const isFull = (entry: PerformanceEntry): boolean =>
  (entry as Collection).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
