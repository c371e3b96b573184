import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { readerOf, standingOnAccount, standingOnQueue } from '../../domain/rules/asking-again.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import type { Verdict } from '../../domain/rules/shared/verdict.js';
import { DecisionFacts } from '../decisions/decision-facts.js';
import type { RecordedDecision } from './notification-trail.js';

/** Runs rules again on the history before a decision, with the same functions that decided. */
@Injectable()
export class RuleReevaluation {
  constructor(private readonly facts: DecisionFacts) {}

  /**
   * The verdict behind a recorded decision, from the facts before it. One that follows from another notification (in whose place it
   * is, or which did not arrive) is about a slot that was decided: its verdict is without conditions about the moment of the slot.
   * @throws HeraldError `notification-unknown`.
   */
  async again(decision: RecordedDecision, now: Instant, before: string): Promise<Verdict> {
    const { rule, subject, instead, undelivered } = decision;
    const facts = this.facts.asOf({ before });
    const follows = instead !== undefined || undelivered !== undefined;
    const definition = definitionOf(rule);
    if (definition.subject === 'socialAccount') {
      const account = await facts.ofAccount(subject.id);
      const verdict = definition.decide(account, now);
      return follows ? standingOnAccount(decision, account, verdict, now).verdict : verdict;
    }
    const queue = await facts.ofQueue(subject.id);
    return follows
      ? standingOnQueue(decision, queue, now).verdict
      : definition.decide(queue, readerOf(decision), now);
  }
}
