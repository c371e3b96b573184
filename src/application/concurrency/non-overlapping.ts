import type { Logger } from '@nestjs/common';
import { LogOnce } from './log-once.js';

/** Repeats the same work without overlap, and logs an error when it first occurs, not while it persists. */
export class NonOverlapping {
  readonly #logOnce: LogOnce;
  #isUnderWay = false;

  constructor(
    logger: Pick<Logger, 'error'>,
    private readonly work: () => Promise<void>,
  ) {
    this.#logOnce = new LogOnce(logger);
  }

  /** Runs the work, unless it is running already. Never throws. */
  async again(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.work();
      this.#logOnce.over();
    } catch (error) {
      this.#logOnce.about(error);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
