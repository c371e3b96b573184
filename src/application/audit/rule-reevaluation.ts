import { Injectable } from '@nestjs/common';
import { type DigestRequest, NOBODY } from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/kernel/event.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import { isPerson } from '../../domain/rules/shared/sentinels.js';
import type { Verdict } from '../../domain/rules/shared/verdict.js';
import { DecisionFacts } from '../decisions/decision-facts.js';
import type { RecordedDecision } from './notification-trail.js';

/** Runs rules again on the history before a decision, with the same functions that decided. */
@Injectable()
export class RuleReevaluation {
  constructor(private readonly facts: DecisionFacts) {}

  /**
   * The verdict behind a recorded decision, from the facts before it.
   * @throws HeraldError `notification-unknown`.
   */
  async again(decision: RecordedDecision, now: Instant, before: string): Promise<Verdict> {
    const { rule, subject, recipient } = decision;
    const definition = definitionOf(rule);
    const facts = this.facts.asOf({ before });
    if (definition.subject === 'socialAccount')
      return definition.decide(await facts.ofAccount(subject.id), now);
    const userId = isPerson(recipient.userId) ? recipient.userId : NOBODY;
    const reader = { userId, request: requestIn(decision) };
    return definition.decide(await facts.ofQueue(subject.id), reader, now);
  }
}

/** The Send Now that a recorded decision answers. */
const requestIn = ({ requestId, recipient, slot, causes }: RecordedDecision): DigestRequest | undefined => {
  const [cause] = causes;
  return requestId && cause ? { requestId, userId: recipient.userId, learnedAt: slot.at, cause } : undefined;
};
