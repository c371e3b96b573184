import { Injectable } from '@nestjs/common';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';

/**
 * What concerns one reader of a queue happens one after the other: the decisions about their digests, up to the record in the queue
 * that these were made, and what comes back of them. Otherwise two decisions would rest on the same state of the queue.
 */
@Injectable()
export class ReaderTurns {
  readonly #mutex = new KeyedMutex();

  /** Runs a task in the turn of all of these readers. */
  run<T>(partnerId: string, userIds: readonly string[], task: () => Promise<T>): Promise<T> {
    const [userId, ...others] = userIds;
    if (userId === undefined) return task();
    // In one order, so that no two tasks wait for each other.
    return this.#mutex.run(`${partnerId}/${userId}`, () => this.run(partnerId, others, task));
  }
}
