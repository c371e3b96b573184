import { Injectable } from '@nestjs/common';
import { MAX_RAISED_AHEAD } from '../../domain/bounds.js';
import { atMost } from '../concurrency/back-off.js';

/** For so long, in milliseconds, decisions wait for a delivery that takes nothing: it may be held, and they are to be on time. */
const STANDSTILL_MS = 1_000;

/**
 * How many mails this instance has raised and not begun to send. Decisions in bulk keep a little ahead of the delivery and no more:
 * a mail that waits in memory is copied by each garbage collection.
 */
@Injectable()
export class RaisedBacklog {
  #count = 0;
  /** Nothing was taken for a while: nobody waits until something is. */
  #standsStill = false;
  readonly #waiting = new Set<() => void>();

  /** A mail was raised. */
  add(): void {
    this.#count += 1;
  }

  /** So many were begun, or left to the agenda. */
  remove(count: number): void {
    if (count === 0) return;
    this.#count -= count;
    this.#standsStill = false;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when few enough wait, when the delivery stands still, or when the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#count > MAX_RAISED_AHEAD && !this.#standsStill && !signal.aborted)
      await this.#nextTaken(signal);
  }

  async #nextTaken(signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    let isTaken = false;
    const taken = new Promise<void>((resolve) => {
      wake = () => {
        isTaken = true;
        resolve();
      };
    });
    this.#waiting.add(wake);
    await atMost(taken, STANDSTILL_MS, signal);
    this.#waiting.delete(wake);
    if (!isTaken) this.#standsStill = true;
  }
}
