import { Logger } from '@nestjs/common';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { pauseAfterDrop } from '../../concurrency/back-off.js';
import { LogOnce } from '../../concurrency/log-once.js';
import { notFollowing } from './projection-errors.js';

/** Why one projection does not follow the log at the moment; logged when it begins and ends. */
export class ProjectionFailure {
  readonly #logger = new Logger('Projections');
  readonly #logOnce = new LogOnce(this.#logger);
  #error: unknown;
  #failures = 0;

  constructor(
    private readonly name: string,
    private readonly stopped: AbortSignal,
  ) {}

  /** Undefined while everything is well. */
  get error(): unknown {
    return this.#error;
  }

  /** What is wrong and what to do, without a driver's message, which may name hosts. */
  get says(): string {
    const code = this.#error instanceof HeraldError ? this.#error.code : 'unexpected';
    return `${this.name} does not follow the log, because its documents cannot be read or written (${code}); other read models continue. Check the disk or server of the read models, and other processes that hold their files or locks; see the log of this instance for the reason. Herald retries automatically.`;
  }

  note(error: unknown): void {
    this.#error = error;
    this.#logOnce.about(notFollowing(`The read model ${this.name} does`, error));
  }

  over(): void {
    this.#failures = 0;
    if (this.#error === undefined) return;
    this.#error = undefined;
    this.#logOnce.over();
    this.#logger.warn(`The read model ${this.name} follows the log again.`);
  }

  /** Back-off before the next try. */
  async pause(): Promise<void> {
    await pauseAfterDrop(this.#failures, this.stopped);
    this.#failures += 1;
  }
}
