import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import {
  MAX_DECISIONS_AHEAD,
  MAX_DECISIONS_AT_ONCE,
  MAX_DECISIONS_WHILE_MAILS_WAIT,
  MAX_RAISED_IN_MEMORY,
} from '../../domain/bounds.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { EventsCommitted } from '../events/events-committed.js';
import { Clock } from '../ports/clock.js';

/** How long a mail counts as waiting, in milliseconds: it may be held, or the mail server may be away. */
const MAX_WAIT_MS = 10_000;

/** The events that a notification begins with. */
const DECIDED: ReadonlySet<string> = new Set(['NotificationRaised', 'ContentFrozen']);

/**
 * How many decisions in bulk are made at once. Where enough mails wait to be sent, more decisions would only take the time that sending them
 * needs: mails would leave later, and would no longer be in memory when they do. No decision waits for a mail server: some are always
 * made, and once a mail has waited too long, fewer decisions would not have it sent sooner.
 */
@Injectable()
@EventsHandler(EventsCommitted)
export class DecisionPace implements IEventHandler<EventsCommitted> {
  /** When the mails were raised that no instance has begun to send, as far as this one knows, by stream, the oldest first. By the monotonic clock. */
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

  /** What other instances have begun to send, or have decided not to send. */
  handle({ events }: EventsCommitted): void {
    for (const { type, stream } of events) if (!DECIDED.has(type)) this.#waiting.delete(stream);
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
