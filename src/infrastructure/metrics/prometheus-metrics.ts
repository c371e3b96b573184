import { Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  HISTOGRAMS,
  type HistogramName,
} from '../../application/ports/metric-catalogue.js';
import { type Labels, Metrics, type Reading } from '../../application/ports/metrics.js';
import { version } from '../../version.js';

/** Metrics for Prometheus, in a separate registry: a process may run several instances. */
@Injectable()
export class PrometheusMetrics extends Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #sources = new Map<string, (() => readonly Reading[])[]>();

  constructor() {
    super();
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, { help, labels }] of Object.entries(COUNTERS))
      this.#counters.set(name, new Counter({ name, help, labelNames: labels, registers }));
    for (const [name, { help, labels, buckets }] of Object.entries(HISTOGRAMS))
      this.#histograms.set(
        name,
        new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }),
      );
    for (const [name, { help, labels }] of Object.entries(GAUGES)) {
      const sources: (() => readonly Reading[])[] = [];
      this.#sources.set(name, sources);
      new Gauge({
        ...{ name, help, labelNames: labels, registers },
        collect() {
          this.reset();
          for (const { labels, value } of sources.flatMap((read) => read())) this.set(labels ?? {}, value);
        },
      });
    }
    this.measure('herald_build_info', () => [{ labels: { version }, value: 1 }]);
  }

  override count(name: CounterName, labels: Labels = {}, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  override observe(name: HistogramName, labels: Labels, value: number): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  override measure(name: GaugeName, read: () => readonly Reading[]): void {
    this.#sources.get(name)?.push(read);
  }

  /** All metrics, in the text format of Prometheus. */
  async exposition(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
