import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { MAX_EXPENSIVE_READS, MAX_WAITING_READS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** Bounds the reads that fold or compare much of the log: a few run at once, a few more are queued, the rest are refused. */
@Injectable()
export class ExpensiveReads {
  readonly #queue = new PQueue({ concurrency: MAX_EXPENSIVE_READS });

  /**
   * Runs `read` as soon as there is room.
   * @returns what it returns.
   * @throws HeraldError `too-many-expensive-reads` when the queue is full.
   */
  async run<T>(read: () => Promise<T>): Promise<T> {
    if (this.#queue.size >= MAX_WAITING_READS)
      throw new HeraldError(
        'too-many-expensive-reads',
        `${MAX_EXPENSIVE_READS} expensive reads are running and ${MAX_WAITING_READS} are waiting, which is the limit: retry in a few seconds.`,
      );
    return this.#queue.add(read);
  }
}
