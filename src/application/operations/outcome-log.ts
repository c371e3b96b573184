import { Injectable, Logger } from '@nestjs/common';
import { Notification } from '../../domain/notification/notification.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { notificationOf, outcomeOf } from './outcome-of.js';

/** How many characters of a reason are logged. */
const REASON_LENGTH = 300;

/** Outcomes that need no attention. */
const EXPECTED = new Set(['accepted', 'delivered']);

/** Outcomes whose reasons name people. */
const NAMING = new Set(['superseded']);

/** Logs every outcome that this instance records, except expected ones: by ids, without a name or an address. */
@Injectable()
export class OutcomeLog {
  readonly #log = new Logger(OutcomeLog.name);

  constructor(private readonly aggregates: Aggregates) {
    aggregates.appended.subscribe((events) => {
      for (const event of events) {
        const outcome = outcomeOf(event);
        if (outcome && !EXPECTED.has(outcome)) void this.#logOutcome(event, outcome);
      }
    });
  }

  async #logOutcome(event: AppendedEvent, outcome: string): Promise<void> {
    const notificationId = notificationOf(event);
    const { attempt, reason, nextAttemptAt } = event.data;
    const rule = await this.aggregates.load(Notification, notificationId).then(
      (notification) => notification.rule,
      () => undefined,
    );
    const fields = {
      ...{ notificationId, rule, outcome, attempt, nextAttemptAt },
      conditions: namesOf(event.data.conditions),
      reason: typeof reason === 'string' && !NAMING.has(outcome) ? reason.slice(0, REASON_LENGTH) : undefined,
    };
    // That a mail is no longer due needs no attention.
    if (outcome === 'superseded') this.#log.log('Not sent: superseded', fields);
    else this.#log.warn(`Not accepted: ${outcome}`, fields);
  }
}

/** Conditions by their names, which hold no personal data. */
const namesOf = (conditions: unknown): readonly unknown[] | undefined =>
  Array.isArray(conditions) ? conditions.map(({ name }) => name) : undefined;
