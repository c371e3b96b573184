import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MAX_COUNTED_ENTRIES } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Clock } from '../ports/clock.js';
import { Metrics } from '../ports/metrics.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { history } from '../read-models/history/history.js';
import { counted } from './counted.js';

/** How often deferred mails are counted, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** A mail that is deferred for longer, in milliseconds, is not one that a server greylists or that comes amid its restart. */
const LONG_MS = DAY;

/**
 * So many attempts take more than eight hours (`retries.ts`). A mail with fewer was held for most of the time that it waits, such as
 * in an outage of the mail server, which health says by itself.
 */
const MANY_ATTEMPTS = 8;

/** Counts the mails that the mail server has deferred for long, in the background: each is tried a few times a day, which no other sign shows. */
@Injectable()
export class DeferredMails implements HealthSource {
  readonly #looks = new NonOverlapping(new Logger(DeferredMails.name), () => this.#look());
  #found: Found = NONE;
  /** The walk under way: what it has found so far, and where its next page begins. */
  #walk: { readonly found: Found; readonly after?: string | undefined } = { found: NONE };

  constructor(
    private readonly readModels: ReadModels,
    private readonly clock: Clock,
    health: Health,
    metrics: Metrics,
  ) {
    health.register(this);
    metrics.measure('herald_deferred_mails', () => [{ value: this.#found.count }]);
  }

  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  health(): readonly PartHealth[] {
    const part = 'deferred-mails';
    const { count, since } = this.#found;
    if (count === 0) return [{ part, status: 'ok' }];
    const mails = count === 1 ? '1 mail has' : `${counted(count)} mails have`;
    const says = `${mails} been deferred by the mail server again and again for more than a day; the first was decided at ${since}. List them, with what the server said, with: herald history --outcome deferred --order oldest. Herald tries each a few times a day until it is given up.`;
    return [{ part, status: 'degraded', says }];
  }

  /** One page at a look: after an outage many thousand mails may have been deferred once, and held since. */
  async #look(): Promise<void> {
    const { found: before, after } = this.#walk;
    const { documents, next } = await this.readModels.find(history, {
      where: { outcome: 'deferred' },
      range: { decidedAt: { to: plus(this.clock.now(), -LONG_MS) } },
      orderBy: 'decidedAt',
      limit: MAX_COUNTED_ENTRIES,
      ...(after ? { after } : {}),
    });
    const long = documents.filter(({ attempts }) => attempts >= MANY_ATTEMPTS);
    const found = {
      count: Math.min(before.count + long.length, MAX_COUNTED_ENTRIES),
      since: before.since ?? long[0]?.decidedAt,
    };
    const isOver = next === undefined || found.count === MAX_COUNTED_ENTRIES;
    if (isOver) this.#found = found;
    this.#walk = isOver ? { found: NONE } : { found, after: next };
  }
}

/** How many mails are deferred for long, and when the first of them was decided. */
interface Found {
  readonly count: number;
  readonly since?: Instant | undefined;
}

const NONE: Found = { count: 0 };
