import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/kernel/event.js';
import { escalationAbout } from '../../../domain/notification/escalated.js';
import {
  factsFor,
  readerOf,
  standingOnAccount,
  standingOnQueue,
} from '../../../domain/rules/asking-again.js';
import { definitionOf } from '../../../domain/rules/notifications.js';
import type { RecipientDecision } from '../../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict, Verdict } from '../../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../../domain/solution/solution.js';
import { DecisionContexts } from '../../decisions/decision-contexts.js';
import { DecisionFacts } from '../../decisions/decision-facts.js';
import type { DecisionContext } from '../../decisions/notification-recorder.js';
import { EventStore, type Position } from '../../ports/event-store.js';
import type { RecordedDecision } from '../history/notification-trail.js';
import { decisionBefore } from './decision-before.js';

/** What the rule of a decision says again, and what its messages would say, on the facts before it. */
export interface Reevaluation {
  readonly verdict: Verdict;
  /** The settings of the solution then; undefined if it was not known. */
  readonly settings: SolutionSettings | undefined;
  /** The content of the message to one of the recipients. */
  readonly message: (
    verdict: DueVerdict,
    settings: SolutionSettings,
    decision: RecipientDecision,
  ) => ReturnType<DecisionContext['message']>;
}

/** Runs rules again on the history before a decision, with the same functions that decided. */
@Injectable()
export class RuleReevaluation {
  constructor(
    private readonly facts: DecisionFacts,
    private readonly contexts: DecisionContexts,
    private readonly log: EventStore,
  ) {}

  /**
   * The verdict behind a recorded decision, from the facts before it. One that follows from another notification (in whose place it
   * is, or which did not arrive) is about a slot that was decided: its verdict is without conditions about the moment of the slot.
   * @throws HeraldError `notification-unknown`.
   */
  async again(decision: RecordedDecision, now: Instant, before: Position): Promise<Reevaluation> {
    const asked = await this.#asked(decision, now, before);
    const { undelivered } = decision;
    if (!undelivered) return asked;
    return { ...asked, verdict: await this.#escalated(undelivered.notificationId, asked.verdict, before) };
  }

  /** The contact is told what was decided about somebody who was not reached, whether or not the rule still holds. */
  async #escalated(notificationId: string, again: Verdict, before: Position): Promise<Verdict> {
    const about = await decisionBefore(this.log, notificationId, before);
    if (!about) return { ...again, due: false };
    const { rule, ruleVersion } = again;
    const { subject, slot, conditions, causes } = about;
    return {
      ...{ rule, ruleVersion, subject, slot, conditions, causes },
      ...{ due: true, lateBy: 0, audience: [] },
    };
  }

  async #asked(decision: RecordedDecision, now: Instant, before: Position): Promise<Reevaluation> {
    const { rule, subject, instead, undelivered } = decision;
    const facts = this.facts.behind(decision, before);
    const follows = instead !== undefined || undelivered !== undefined;
    const told = undelivered && (() => escalationAbout(undelivered));
    const definition = definitionOf(rule);
    if (definition.subject === 'socialAccount') {
      const account = await facts.ofAccount(subject.id);
      const verdict = definition.decide(account, now);
      return {
        verdict: follows ? standingOnAccount(decision, account, verdict, now).verdict : verdict,
        settings: account.solution.settings,
        message: (due, settings, one) =>
          this.contexts.ofAccount(due, account, settings, now, told).message(one),
      };
    }
    const queue = await facts.ofQueue(subject.id);
    const reader = readerOf(decision);
    const seen = follows ? factsFor(decision, queue) : queue;
    return {
      verdict: follows
        ? standingOnQueue(decision, queue, now).verdict
        : definition.decide(queue, reader, now),
      settings: queue.solution.settings,
      message: (due, settings, one) =>
        this.contexts
          .ofQueue({ ...due, userId: due.userId ?? reader.userId }, seen, settings, now, told)
          .message(one),
    };
  }
}
