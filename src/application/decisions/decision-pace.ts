import { Injectable } from '@nestjs/common';
import {
  MAX_DECISIONS_AHEAD,
  MAX_DECISIONS_AT_ONCE,
  MAX_DECISIONS_WHILE_MAILS_WAIT,
  MAX_RAISED_IN_MEMORY,
} from '../../domain/bounds.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { Clock } from '../ports/clock.js';

/** How long a mail counts as waiting, in milliseconds: another instance may send it, it may be held, or the mail server may be away. */
const MAX_WAIT_MS = 10_000;

/**
 * How many decisions are made at once. Where enough mails wait to be sent, more decisions would only take the time that sending them
 * needs: mails would leave later, and would no longer be in memory when they do. No decision waits for a mail server: some are always
 * made, and once a mail has waited too long, fewer decisions would not have it sent sooner.
 */
@Injectable()
export class DecisionPace {
  /** When the mails were raised that this instance has not begun to send, by stream, the oldest first. By the monotonic clock. */
  readonly #waiting = new Map<string, number>();
  /** When a mail had last waited too long. By the monotonic clock. */
  #heldUpAt = Number.NEGATIVE_INFINITY;

  constructor(
    aggregates: Aggregates,
    private readonly clock: Clock,
  ) {
    aggregates.appended.subscribe(([first]) => {
      if (first) this.#note(first);
    });
  }

  /** How many decisions may be under way. */
  get decisionsAtOnce(): number {
    const longAgo = this.clock.monotonicMs() - MAX_WAIT_MS;
    for (const [stream, raisedAt] of this.#waiting) {
      if (raisedAt >= longAgo) break;
      this.#waiting.delete(stream);
      this.#heldUpAt = raisedAt + MAX_WAIT_MS;
    }
    const isHeldUp = this.#heldUpAt >= longAgo;
    return isHeldUp || this.#waiting.size < MAX_DECISIONS_AHEAD
      ? MAX_DECISIONS_AT_ONCE
      : MAX_DECISIONS_WHILE_MAILS_WAIT;
  }

  /** @param first of an append: whatever follows the decision begins with something else. */
  #note({ type, stream }: AppendedEvent): void {
    if (type !== 'NotificationRaised') this.#waiting.delete(stream);
    else if (this.#waiting.size < MAX_RAISED_IN_MEMORY) this.#waiting.set(stream, this.clock.monotonicMs());
  }
}
