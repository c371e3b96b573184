import { Injectable } from '@nestjs/common';
import { type DigestRequest, NOBODY, requestOf } from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/fact.js';
import { accountExpired } from '../../domain/rules/account-expired.js';
import { contentNeedsApproval, requestedContent } from '../../domain/rules/content-needs-approval.js';
import { noSocialMediaContent } from '../../domain/rules/no-social-media-content.js';
import type { RuleId } from '../../domain/rules/rule-id.js';
import { isPerson } from '../../domain/rules/sentinels.js';
import { settingsUpdateRequired } from '../../domain/rules/settings-update-required.js';
import type { Verdict } from '../../domain/rules/verdict.js';
import type { Until } from '../aggregates/aggregates.js';
import { DecisionFacts } from '../decisions/decision-facts.js';
import type { RecordedDecision } from './notification-trail.js';

/** The rules that are about a social account. */
export const isAboutAccount = (rule: RuleId): rule is 'settings-update-required' | 'account-expired' =>
  rule === 'settings-update-required' || rule === 'account-expired';

/** Runs a rule on the history up to some point: the same function that decides. */
@Injectable()
export class Evaluation {
  constructor(private readonly facts: DecisionFacts) {}

  /** The verdict on an account. */
  async ofAccount(
    rule: 'settings-update-required' | 'account-expired',
    accountId: string,
    now: Instant,
    until: Until,
  ): Promise<Verdict> {
    const facts = await this.facts.ofAccount(accountId, until);
    return rule === 'account-expired' ? accountExpired(facts, now) : settingsUpdateRequired(facts, now);
  }

  /** The verdict on a user's digest, or on their Send Now. */
  async ofQueue(
    rule: 'content-needs-approval' | 'no-social-media-content',
    partnerId: string,
    userId: string,
    now: Instant,
    until: Until,
    answered?: DigestRequest | 'none',
  ): Promise<Verdict> {
    const facts = await this.facts.ofQueue(partnerId, until);
    const request = answered === 'none' ? undefined : (answered ?? requestOf(facts.queue, userId));
    if (rule === 'no-social-media-content') return noSocialMediaContent(facts, request, now);
    return request ? requestedContent(facts, request, now) : contentNeedsApproval(facts, userId, now);
  }

  /** The verdict behind a recorded decision, on the facts as they were before it. */
  again(decision: RecordedDecision, now: Instant, before: string): Promise<Verdict> {
    const { rule, subject, recipient } = decision;
    if (isAboutAccount(rule)) return this.ofAccount(rule, subject.id, now, { before });
    const userId = isPerson(recipient.userId) ? recipient.userId : NOBODY;
    return this.ofQueue(rule, subject.id, userId, now, { before }, requestIn(decision) ?? 'none');
  }
}

/** The Send Now that a decision answers, as the decision has it. */
const requestIn = ({ requestId, recipient, slot, causes }: RecordedDecision): DigestRequest | undefined => {
  const [cause] = causes;
  return requestId && cause ? { requestId, userId: recipient.userId, learnedAt: slot.at, cause } : undefined;
};
