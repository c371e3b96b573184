import { Injectable } from '@nestjs/common';
import { newRanges } from '../../domain/approval-queue/new-posts.js';
import type { Instant } from '../../domain/kernel/event.js';
import { accountNotification, DIGEST, queueNotification } from '../../domain/rules/notifications.js';
import {
  type Escalation,
  unreachedOnAccount,
  unreachedOnQueue,
} from '../../domain/rules/shared/escalation.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import type { RecipientDecision } from '../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { UnsubscribeLinks } from '../subscriptions/unsubscribe-links.js';
import { messageModel } from './message-model.js';
import type { DecisionContext } from './notification-recorder.js';

/** What decisions are recorded with: the content of their messages, from the facts that they were made on. */
@Injectable()
export class DecisionContexts {
  constructor(private readonly links: UnsubscribeLinks) {}

  /** @param escalation what the escalation contact is told; default: that nobody can be reached. */
  ofAccount(
    verdict: DueVerdict,
    facts: AccountFacts,
    settings: SolutionSettings,
    now: Instant,
    escalation: () => Escalation = () => ({ kind: 'unreachable', ...unreachedOnAccount(verdict, facts) }),
  ): DecisionContext {
    const { partner, account, seen } = facts;
    const partnerId = account.connection?.value.partnerId ?? '';
    const content = accountNotification(verdict.rule).content(facts, now);
    const context = { partnerId, partner, settings, escalation, now };
    return {
      ...{ partnerId, settings, now, seen },
      message: (decision) => messageModel(verdict, content, decision, context),
    };
  }

  /** @param escalation what the escalation contact is told; default: that nobody can be reached. */
  ofQueue(
    verdict: DueVerdict & { readonly userId: string },
    facts: QueueFacts,
    settings: SolutionSettings,
    now: Instant,
    escalation: () => Escalation = () => ({ kind: 'unreachable', ...unreachedOnQueue(verdict, facts) }),
  ): DecisionContext {
    const { partnerId, partner, queue, seen } = facts;
    const { rule, userId } = verdict;
    const content = queueNotification(rule).content(facts, userId, now);
    const context = { partnerId, partner, settings, escalation, now };
    return {
      ...{ partnerId, settings, now, seen, upTo: queue.submitted },
      ...(rule === DIGEST ? { covers: newRanges(userId, queue) } : {}),
      message: (decision) => ({
        ...messageModel(verdict, content, decision, context),
        ...(rule === DIGEST ? this.#unsubscribe(partnerId, decision) : {}),
      }),
    };
  }

  #unsubscribe(partnerId: string, { escalation, recipient: { userId } }: RecipientDecision) {
    return escalation ? {} : { unsubscribeUrl: this.links.linkFor({ partnerId, userId }) };
  }
}
