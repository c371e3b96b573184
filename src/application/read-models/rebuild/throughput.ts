import type { Progress } from './build.js';

/** The window of the rate, in seconds: short enough to follow, long enough to be stable. */
const WINDOW = 5;

/** Measures progress. By the monotonic clock, because it measures durations. */
export class Throughput {
  #since = performance.now();
  #from: number | undefined;
  #rate = 0;

  /** The progress at `done` of `total`. */
  at(done: number, total: number): Progress {
    const now = performance.now();
    const seconds = (now - this.#since) / 1_000;
    this.#from ??= done;
    if (seconds > 0 && done > this.#from) this.#rate = (done - this.#from) / seconds;
    if (seconds >= WINDOW) {
      this.#since = now;
      this.#from = done;
    }
    const left = Math.max(0, total - done);
    const eta = left === 0 ? 0 : this.#rate > 0 ? Math.ceil(left / this.#rate) : undefined;
    return { done, total, rate: Math.round(this.#rate), ...(eta === undefined ? {} : { eta }) };
  }
}
