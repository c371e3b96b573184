import { Injectable } from '@nestjs/common';
import { escalationAbout } from '../../domain/notification/escalated.js';
import { factsFor, readerOf } from '../../domain/rules/asking-again.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { Trail } from '../audit/history/notification-trail.js';
import { notFound } from '../audit/not-found.js';
import { RuleReevaluation } from '../audit/verify/rule-reevaluation.js';
import { DecisionContexts } from '../decisions/decision-contexts.js';
import { DecisionFacts } from '../decisions/decision-facts.js';
import type { DecisionContext } from '../decisions/notification-recorder.js';
import type { MessageModel } from '../ports/channel.js';

/** What recorded notifications said, from the facts before their decisions: to be rendered again in another language or layout. */
@Injectable()
export class RecordedModels {
  constructor(
    private readonly reevaluation: RuleReevaluation,
    private readonly facts: DecisionFacts,
    private readonly contexts: DecisionContexts,
  ) {}

  /** @throws HeraldError `notification-unknown`; `not-found` if the log no longer holds the solution that it was raised in. */
  async of(trail: Trail): Promise<MessageModel> {
    const { recipient, escalation, lateBy, conditions, test } = trail.decision;
    const { message } = await this.#context(trail);
    return { ...message({ recipient, escalation, lateBy, conditions }), test };
  }

  async #context({ decided, decision }: Trail): Promise<DecisionContext> {
    const { subject, undelivered, slot } = decision;
    const now = decided.metadata.occurredAt;
    const again = await this.reevaluation.again(decision, now, decided.position);
    const verdict: DueVerdict = { ...again.verdict, slot };
    const told = undelivered && (() => escalationAbout(undelivered));
    const facts = this.facts.behind(decision, decided.position);
    if (subject.kind === 'socialAccount') {
      const account = await facts.ofAccount(subject.id);
      const { settings } = account.solution;
      if (settings) return this.contexts.ofAccount(verdict, account, settings, now, told);
    } else {
      const queue = factsFor(decision, await facts.ofQueue(subject.id));
      const { settings } = queue.solution;
      const mine = { ...verdict, userId: readerOf(decision).userId };
      if (settings) return this.contexts.ofQueue(mine, queue, settings, now, told);
    }
    throw notFound(
      'The settings of its solution are not in the log.',
      `GET /v1/notifications/${decision.notificationId}/mail for the mail as it was sent`,
    );
  }
}
