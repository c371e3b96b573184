import type { Progress } from './build.js';

/** Seconds over which a rate is measured: short enough to follow, long enough not to jump. */
const WINDOW = 5;

/** Measures how fast something gets on. By the monotonic clock: it is about durations, not about when. */
export class Throughput {
  #since = performance.now();
  #from: number | undefined;
  #rate = 0;

  /** The progress, when so much of so much is done. */
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
