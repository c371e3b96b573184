import type { CounterName, GaugeName, HistogramName } from './metric-catalogue.js';

/** The values of a metric's labels. Each comes from a list that the code knows: never ids, names or addresses. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge. */
export interface Reading {
  readonly labels?: Labels;
  readonly value: number;
}

/** Where the parts of Herald count and measure. Their names are in the catalogue. */
export abstract class Metrics {
  /** Adds to a counter, by default one. */
  abstract count(name: CounterName, labels?: Labels, by?: number): void;

  /** Adds a value, in the unit that the name ends with, to a histogram. */
  abstract observe(name: HistogramName, labels: Labels, value: number): void;

  /** Registers where a gauge gets its values from. `read` is called at every scrape and answers from memory. */
  abstract measure(name: GaugeName, read: () => readonly Reading[]): void;
}
