import type { CounterName, GaugeName, HistogramName } from './metric-catalogue.js';

/** The label values of a metric. Each comes from a fixed list in the code: never ids, names or addresses. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge. */
export interface Reading {
  readonly labels?: Labels;
  readonly value: number;
}

/** Where the parts of Herald count and measure. The catalogue has their names. */
export abstract class Metrics {
  /** Adds to a counter, by default one. */
  abstract count(name: CounterName, labels?: Labels, by?: number): void;

  /** Adds a value to a histogram, in the unit at the end of its name. */
  abstract observe(name: HistogramName, labels: Labels, value: number): void;

  /** Registers the source of a gauge. `read` is called at every scrape and returns from memory. */
  abstract measure(name: GaugeName, read: () => readonly Reading[]): void;
}
