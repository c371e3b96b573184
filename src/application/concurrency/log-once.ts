import type { Logger } from '@nestjs/common';
import { messageOf } from '../../domain/kernel/herald-error.js';

/** Logs an error when it comes, and not each time that it is still there. */
export class LogOnce {
  #last: string | undefined;

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  about(error: unknown): void {
    const message = messageOf(error);
    if (message !== this.#last) this.logger.error(message, error);
    this.#last = message;
  }

  /** All is well: the same error would be news. */
  over(): void {
    this.#last = undefined;
  }
}
