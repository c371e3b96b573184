import { Injectable } from '@nestjs/common';
import { type DigestRequest, NOBODY } from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/fact.js';
import { accountExpired } from '../../domain/rules/account-expired/definition.js';
import {
  contentNeedsApproval,
  requestedContent,
} from '../../domain/rules/content-needs-approval/definition.js';
import { noSocialMediaContent } from '../../domain/rules/no-social-media-content/definition.js';
import { settingsUpdateRequired } from '../../domain/rules/settings-update-required/definition.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { isPerson } from '../../domain/rules/shared/sentinels.js';
import type { Verdict } from '../../domain/rules/shared/verdict.js';
import { DecisionFacts } from '../decisions/decision-facts.js';
import type { RecordedDecision } from './notification-trail.js';

/** The rules that are about a social account. */
export const isAboutAccount = (rule: RuleId): rule is 'settings-update-required' | 'account-expired' =>
  rule === 'settings-update-required' || rule === 'account-expired';

/** The verdict on an account. */
export const verdictOnAccount = (
  rule: 'settings-update-required' | 'account-expired',
  facts: AccountFacts,
  now: Instant,
): Verdict => (rule === 'account-expired' ? accountExpired(facts, now) : settingsUpdateRequired(facts, now));

/**
 * The verdict on a user's digest, or on their Send Now.
 * @param request the Send Now that it answers; undefined for none.
 */
export const verdictOnQueue = (
  rule: 'content-needs-approval' | 'no-social-media-content',
  facts: QueueFacts,
  userId: string,
  request: DigestRequest | undefined,
  now: Instant,
): Verdict => {
  if (rule === 'no-social-media-content') return noSocialMediaContent(facts, request, now);
  return request ? requestedContent(facts, request, now) : contentNeedsApproval(facts, userId, now);
};

/** Runs rules again on the history before a decision: the same functions that decided. */
@Injectable()
export class Evaluation {
  constructor(private readonly facts: DecisionFacts) {}

  /** The verdict behind a recorded decision, on the facts as they were before it. */
  async again(decision: RecordedDecision, now: Instant, before: string): Promise<Verdict> {
    const { rule, subject, recipient } = decision;
    const facts = this.facts.asOf({ before });
    if (isAboutAccount(rule)) return verdictOnAccount(rule, await facts.ofAccount(subject.id), now);
    const userId = isPerson(recipient.userId) ? recipient.userId : NOBODY;
    return verdictOnQueue(rule, await facts.ofQueue(subject.id), userId, requestIn(decision), now);
  }
}

/** The Send Now that a decision answers, as the decision has it. */
const requestIn = ({ requestId, recipient, slot, causes }: RecordedDecision): DigestRequest | undefined => {
  const [cause] = causes;
  return requestId && cause ? { requestId, userId: recipient.userId, learnedAt: slot.at, cause } : undefined;
};
