import { Injectable } from '@nestjs/common';
import { MAX_RATE_LIMITED_KEYS } from '../../domain/bounds.js';
import { HOUR, toMillis } from '../../domain/kernel/instant.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { FixedWindow } from '../limits/fixed-window.js';
import { Rates } from '../limits/rates.js';
import { Clock } from '../ports/clock.js';

/** Solutions that health names; the others are counted. */
const NAMED = 5;

/**
 * How many messages this instance raises for each solution within an hour, whoever they go to. Health is degraded while some are
 * withheld.
 */
@Injectable()
export class MailQuota implements HealthSource {
  readonly limit: number;
  readonly #raised: FixedWindow;
  /** By solution: until when messages are withheld, in seconds of the clock. */
  readonly #exhausted = boundedCache<number>(MAX_RATE_LIMITED_KEYS);

  constructor(
    { mailsPerHour }: Rates,
    private readonly clock: Clock,
    health: Health,
  ) {
    this.limit = mailsPerHour;
    this.#raised = new FixedWindow(mailsPerHour, HOUR, { now: () => toMillis(clock.now()) });
    health.register(this);
  }

  /** Counts one more message of a solution. @returns whether it is within the limit. */
  admit(solutionId: string): boolean {
    const seconds = this.#raised.take(solutionId);
    if (seconds > 0) this.#exhausted.set(solutionId, this.#now() + seconds);
    return seconds === 0;
  }

  health(): readonly PartHealth[] {
    for (const [solution, until] of this.#exhausted)
      if (until <= this.#now()) this.#exhausted.delete(solution);
    const solutions = [...this.#exhausted.keys()];
    if (solutions.length === 0) return [{ part: 'mail-quota', status: 'ok' }];
    const more = solutions.length > NAMED ? ` and ${solutions.length - NAMED} others` : '';
    return [
      {
        part: 'mail-quota',
        status: 'degraded',
        says: `Mails of ${solutions.slice(0, NAMED).join(', ')}${more} are withheld (rate-limited): the limit of ${this.limit} mails per hour and solution is reached. List them: GET /v1/notifications?reason=rate-limited. Raise HERALD_MAILS_PER_HOUR if they are meant.`,
      },
    ];
  }

  #now(): number {
    return toMillis(this.clock.now()) / 1_000;
  }
}
