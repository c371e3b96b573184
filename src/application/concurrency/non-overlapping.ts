import type { Logger } from '@nestjs/common';
import { LogOnce } from './log-once.js';

/** Does the same work again and again, never twice at once, and logs an error when it comes, not each time that it is still there. */
export class NonOverlapping {
  readonly #logOnce: LogOnce;
  #isUnderWay = false;

  constructor(
    logger: Pick<Logger, 'error'>,
    private readonly work: () => Promise<void>,
  ) {
    this.#logOnce = new LogOnce(logger);
  }

  /** Once more, unless it is under way. Never throws. */
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
