import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MAX_COUNTED_ENTRIES } from '../../domain/bounds.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Metrics } from '../ports/metrics.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { history } from '../read-models/history/history.js';
import { counted } from './counted.js';

/** How often mails in doubt are counted, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** Counts the mails of which nobody knows whether they arrived, in the background. */
@Injectable()
export class Doubts implements HealthSource {
  readonly #looks = new NonOverlapping(new Logger(Doubts.name), () => this.#look());
  #count = 0;

  constructor(
    private readonly readModels: ReadModels,
    health: Health,
    metrics: Metrics,
  ) {
    health.register(this);
    metrics.measure('herald_outcome_unknown', () => [{ value: this.#count }]);
  }

  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  health(): readonly PartHealth[] {
    const part = 'outcomes';
    if (this.#count === 0) return [{ part, status: 'ok' }];
    const mails = this.#count === 1 ? '1 mail is' : `${counted(this.#count)} mails are`;
    const says = `${mails} in doubt: nobody knows whether they arrived. List them with: herald unknown list. Compare with the log of the mail server, then: herald unknown resolve.`;
    return [{ part, status: 'degraded', says }];
  }

  async #look(): Promise<void> {
    const where = { outcome: 'outcome-unknown' };
    const { documents } = await this.readModels.find(history, {
      where,
      orderBy: 'decidedAt',
      limit: MAX_COUNTED_ENTRIES,
    });
    this.#count = documents.length;
  }
}
