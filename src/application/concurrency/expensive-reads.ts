import { Injectable } from '@nestjs/common';
import { MAX_EXPENSIVE_READS, MAX_WAITING_READS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Semaphore } from './semaphore.js';

/** Bounds the reads that fold or compare much of the log: a few run at once, a few more are queued, the rest are refused. */
@Injectable()
export class ExpensiveReads {
  readonly #turns = new Semaphore(MAX_EXPENSIVE_READS);
  #admitted = 0;

  /**
   * Runs `read` as soon as there is room.
   * @returns what it returns.
   * @throws HeraldError `too-many-expensive-reads` when the queue is full.
   */
  async run<T>(read: () => Promise<T>): Promise<T> {
    if (this.#admitted >= MAX_EXPENSIVE_READS + MAX_WAITING_READS)
      throw new HeraldError(
        'too-many-expensive-reads',
        `${MAX_EXPENSIVE_READS} expensive reads are running and ${MAX_WAITING_READS} are waiting, which is the limit: retry in a few seconds.`,
      );
    this.#admitted += 1;
    try {
      return await this.#turns.run(read);
    } finally {
      this.#admitted -= 1;
    }
  }
}
