import type { Progress } from './build.js';

/** The window of the rate, in seconds: short enough to follow, long enough to be stable. */
const WINDOW = 5;

/** How far a reader of the log is: `done` and `total` as counted, `share` from 0 to 1. */
export interface Reached {
  readonly done?: number | undefined;
  readonly total?: number | undefined;
  readonly share: number;
}

/** Measures progress. By the monotonic clock, because it measures durations. */
export class Throughput {
  #since = performance.now();
  #from: Reached | undefined;
  /** Events per second, and the share of the log per second. */
  #rates = { events: 0, share: 0 };

  /** The progress where the reader is now. */
  at({ done, total, share }: Reached): Progress {
    const now = performance.now();
    const seconds = (now - this.#since) / 1_000;
    this.#from ??= { done, share };
    const events = (done ?? 0) - (this.#from.done ?? 0);
    const gained = share - this.#from.share;
    if (seconds > 0 && (events > 0 || gained > 0))
      this.#rates = { events: Math.max(0, events) / seconds, share: Math.max(0, gained) / seconds };
    if (seconds >= WINDOW) {
      this.#since = now;
      this.#from = { done, share };
    }
    const eta = this.#eta(1 - share);
    return {
      ...(done === undefined ? {} : { done }),
      ...(total === undefined ? {} : { total }),
      ...{ share, rate: Math.round(this.#rates.events) },
      ...(eta === undefined ? {} : { eta }),
    };
  }

  /** In seconds. */
  #eta(left: number): number | undefined {
    if (left <= 0) return 0;
    return this.#rates.share > 0 ? Math.ceil(left / this.#rates.share) : undefined;
  }
}
