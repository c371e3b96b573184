import type { Logger } from '@nestjs/common';
import { messageOf } from '../../domain/kernel/herald-error.js';

/** Logs an error when it first occurs, and not while it persists. */
export class LogOnce {
  #last: string | undefined;

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  about(error: unknown): void {
    const message = messageOf(error);
    if (message !== this.#last) this.logger.error(message, error);
    this.#last = message;
  }

  /** Resets after a recovery: the same error would be logged again. */
  over(): void {
    this.#last = undefined;
  }
}
