import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

interface Move {
  readonly to: Instant;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

/** The move of the test clock of this instance: there is one at most, and it can be stopped. */
@Injectable()
export class TestClockMoves {
  #current: Move | undefined;

  /** Where the clock is moving to; undefined while it stands still. */
  get target(): Instant | undefined {
    return this.#current?.to;
  }

  /**
   * Moves the clock.
   * @param work is to end soon when its signal aborts.
   * @returns what `work` returns.
   * @throws HeraldError `clock-moving` if a move is in progress.
   */
  async run<T>(to: Instant, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#current)
      throw new HeraldError(
        'clock-moving',
        `The test clock is moving to ${this.#current.to}: wait until GET /v1/test-clock has no movingTo, or stop it by POST /v1/test-clock/stop.`,
      );
    const stop = new AbortController();
    const moved = work(stop.signal);
    const move = { to, stop, ended: moved.catch(() => undefined) };
    this.#current = move;
    try {
      return await moved;
    } finally {
      this.#current = undefined;
    }
  }

  /** Ends the move in progress. Resolves when it has ended, or at once if there is none. */
  async stop(): Promise<void> {
    const move = this.#current;
    move?.stop.abort();
    await move?.ended;
  }
}
