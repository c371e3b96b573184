import { Injectable } from '@nestjs/common';
import type { Cause, Instant } from '../../domain/kernel/event.js';
import type { Decision, Undelivered } from '../../domain/notification/decision.js';
import { escalationAbout } from '../../domain/notification/escalated.js';
import { factsFor, readerOf } from '../../domain/rules/asking-again.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import { escalationOf } from '../../domain/rules/shared/recipients.js';
import type { Condition, DueVerdict, Recipient } from '../../domain/rules/shared/verdict.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { type DecisionContext, NotificationRecorder } from './notification-recorder.js';

/** What the escalation contact is told about a notification that did not reach its recipient. */
export interface EscalationOrder {
  /** The notification, as it was decided. */
  readonly decision: Decision;
  readonly undelivered: Undelivered;
  /** The id of the notification to the contact. */
  readonly idFor: (contact: Recipient) => string;
  /** Why it did not reach its recipient, beside the conditions of the decision. */
  readonly condition: Condition;
  /** The event that says so, if there is one. */
  readonly cause?: Cause;
}

/** Raises notifications to the escalation contact of a solution about notifications that did not reach their recipients. */
@Injectable()
export class Escalations {
  constructor(
    private readonly facts: DecisionFacts,
    private readonly contexts: DecisionContexts,
    private readonly recorder: NotificationRecorder,
  ) {}

  /**
   * Raises it, unless that was done before.
   * @returns its id; undefined if the solution has no contact. @throws HeraldError `notification-unknown`.
   */
  async escalate(order: EscalationOrder, now: Instant): Promise<string | undefined> {
    const verdict = verdictOf(order);
    const context = await this.#context(order, verdict, now);
    const contact = escalationOf(context?.settings);
    if (!context || !contact) return undefined;
    const id = order.idFor(contact);
    const { conditions } = verdict;
    const wanted = { recipient: contact, escalation: true, lateBy: 0, conditions };
    await this.recorder.recordAs(id, verdict, context, wanted);
    return id;
  }

  /** Undefined if the solution is not known. */
  async #context(
    { decision, undelivered }: EscalationOrder,
    verdict: DueVerdict,
    now: Instant,
  ): Promise<DecisionContext | undefined> {
    const { subject, recipient } = decision;
    if (subject.kind === 'socialAccount') {
      const facts = await this.facts.ofAccount(subject.id);
      const { settings } = facts.solution;
      const isOwner = facts.account.connection?.value.ownerId === recipient.userId;
      const about = { ...undelivered, ...(isOwner ? { isOwner } : {}) };
      const told = () => escalationAbout(about);
      return (
        settings && { ...this.contexts.ofAccount(verdict, facts, settings, now, told), undelivered: about }
      );
    }
    const facts = factsFor(decision, await this.facts.ofQueue(subject.id));
    const { settings } = facts.solution;
    const mine = { ...verdict, userId: readerOf(decision).userId };
    const told = () => escalationAbout(undelivered);
    return settings && { ...this.contexts.ofQueue(mine, facts, settings, now, told), undelivered };
  }
}

/** The decision's own verdict, and that it did not reach its recipient. */
const verdictOf = ({ decision, condition, cause }: EscalationOrder): DueVerdict => {
  const { rule, subject, slot, conditions, causes, requestId } = decision;
  return {
    ...{ rule, ruleVersion: definitionOf(rule).version, subject, slot },
    ...{ due: true, lateBy: 0, audience: [] },
    conditions: [...conditions, condition],
    // The first cause of an answer to a Send Now is the request.
    causes: [...causes.slice(0, 1), ...(cause ? [cause] : []), ...causes.slice(1)],
    ...(requestId === undefined ? {} : { requestId }),
  };
};
