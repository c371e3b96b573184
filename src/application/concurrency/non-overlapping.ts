import type { Logger } from '@nestjs/common';
import { Complaint } from './log-once.js';

/** Does the same work again and again, never twice at once, and logs an error when it comes, not each time that it is still there. */
export class Repeated {
  readonly #complaint: Complaint;
  #isUnderWay = false;

  constructor(
    logger: Pick<Logger, 'error'>,
    private readonly work: () => Promise<void>,
  ) {
    this.#complaint = new Complaint(logger);
  }

  /** Once more, unless it is under way. Never throws. */
  async again(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.work();
      this.#complaint.over();
    } catch (error) {
      this.#complaint.about(error);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
