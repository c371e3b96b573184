import { MAX_ATTEMPT_MS, MAX_START_MS } from '../../domain/bounds.js';
import { hasCode } from '../../domain/kernel/herald-error.js';
import { plus } from '../../domain/kernel/instant.js';
import { Notification } from '../../domain/notification/notification.js';
import type { Aggregates } from '../aggregates/aggregates.js';
import { eventIdOf, uniqueId } from '../aggregates/ids.js';
import type { Outcome } from '../aggregates/requests.js';
import { streamOf } from '../aggregates/streams.js';
import { pauseAfterDrop } from '../concurrency/back-off.js';
import type { Clock } from '../ports/clock.js';

/** The record that one attempt starts, while its mail is still due: its append settles which instance goes on. */
export class AttemptStart {
  // Unique to this instance: two that start the same attempt must not both believe that they did.
  readonly #commandId = uniqueId();
  #isAsked = false;
  #isLost = false;
  #error: unknown;

  constructor(
    private readonly notificationId: string,
    private readonly isStillDue: () => Promise<boolean>,
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
    private readonly instance: string,
  ) {}

  /** Whether the channel came as far as to ask. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Whether there is no attempt here: another instance makes it, or the mail is no longer due. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Why it is not known whether the start is on record. */
  get error(): unknown {
    return this.#error;
  }

  /** The id of the event that starts the attempt. */
  get eventId(): string {
    return eventIdOf(streamOf(Notification.category, this.notificationId), this.#commandId, 0);
  }

  /**
   * Records the start.
   * @returns whether the attempt may go on: not if another instance makes it or the mail is no longer due, and not if this took so long that the instance may have
   * been stopped meanwhile.
   */
  async record(): Promise<boolean> {
    this.#isAsked = true;
    const begun = this.clock.monotonicMs();
    const isLate = () => this.clock.monotonicMs() - begun > MAX_START_MS;
    let isDue = false;
    for (let failures = 0; ; failures += 1)
      try {
        // Asked before the first append only: an append that failed may be on record.
        isDue ||= await this.isStillDue();
        this.#isLost = !isDue || (await this.#append()) === 'nothing';
        return !this.#isLost && !isLate();
      } catch (error) {
        if (!hasCode(error, 'event-store-unavailable') || this.signal.aborted || isLate()) {
          this.#error = error;
          throw error;
        }
        await pauseAfterDrop(failures, this.signal);
      }
  }

  async #append(): Promise<Outcome | undefined> {
    const at = this.clock.now();
    const data = { notificationId: this.notificationId };
    const command = { type: 'StartSend', data, leaseUntil: plus(at, MAX_ATTEMPT_MS), at } as const;
    const context = { actor: 'delivery', commandId: this.#commandId, instance: this.instance };
    const [outcome] = await this.aggregates.execute(Notification, this.notificationId, [
      { command, context },
    ]);
    return outcome;
  }
}
