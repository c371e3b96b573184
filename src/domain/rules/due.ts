import type { ApprovalQueueCommand, QueueRule } from '../approval-queue/approval-queue.js';
import type { Instant } from '../fact.js';
import { type SocialAccountCommand, WINDOW_DAYS } from '../social-account/social-account.js';
import type { Slot } from '../time/calendar.js';
import { accountExpired } from './account-expired.js';
import { contentNeedsApproval, requestedContent } from './content-needs-approval.js';
import { subscribersOf } from './digest-rhythm.js';
import type { AccountFacts, QueueFacts } from './facts.js';
import { noSocialMediaContent } from './no-social-media-content.js';
import { planOf } from './plan.js';
import { settingsUpdateRequired } from './settings-update-required.js';
import type { Verdict } from './verdict.js';

/** A verdict that a decision has to be recorded for, and its slot. */
export interface Due {
  readonly verdict: Verdict;
  readonly slot: Slot;
}

/** One that is about a person's digest; `*` where nobody wants any. */
export interface DueDigest extends Due {
  readonly userId: string;
  /** The Send Now that it answers. */
  readonly requestId?: string;
}

/** The first decision that is due about an account. */
export const dueOnAccount = (facts: AccountFacts, now: Instant, days = WINDOW_DAYS): Due | undefined =>
  dueOf(settingsUpdateRequired(facts, now, days)) ?? dueOf(accountExpired(facts, now));

/** The first decision that is due about a queue; requests first, because they were to be answered at once. */
export const dueOnQueue = (facts: QueueFacts, now: Instant): DueDigest | undefined => {
  const plan = planOf(facts.partner, facts.solution);
  if (!plan) return undefined;
  for (const { userId, requestId, ...request } of facts.queue.requests) {
    const asked = { userId, requestId, ...request };
    const due = dueOf(requestedContent(facts, asked, now)) ?? dueOf(noSocialMediaContent(facts, asked, now));
    if (due) return { ...due, userId, requestId };
  }
  for (const { userId } of subscribersOf(facts.partner, plan)) {
    const due = dueOf(contentNeedsApproval(facts, userId, now));
    if (due) return { ...due, userId };
  }
  return undefined;
};

/** What an account is told once everybody has their decision. */
export const closeAccountSlot = ({ verdict, slot }: Due, at: Instant): SocialAccountCommand => ({
  type: 'CloseSlot',
  data: {
    accountId: verdict.subject.id,
    rule: verdict.rule as 'settings-update-required' | 'account-expired',
    date: slot.date,
    key: slot.key,
  },
  at,
});

/**
 * What a queue is told once everybody has their decision.
 * @param upTo the post up to which a raised digest speaks; undefined when none was raised.
 */
export const closeDigest = (
  { verdict, slot, userId, requestId }: DueDigest,
  upTo: number | undefined,
  at: Instant,
): ApprovalQueueCommand => {
  const { id: partnerId } = verdict.subject;
  const answer = { userId, partnerId, slot: { key: slot.key, date: slot.date }, requestId };
  return upTo === undefined
    ? { type: 'CloseSlot', data: { ...answer, rule: verdict.rule as QueueRule }, at }
    : { type: 'CloseDigest', data: { ...answer, upTo }, at };
};

/**
 * Whether the next "new" begins after this verdict: a digest was raised, or nobody could be told of it, and the same
 * content need not be put on record every week.
 */
export const movesCursor = ({ rule, reason }: Verdict, isRaised: boolean): boolean =>
  rule === 'content-needs-approval' && (isRaised || reason === 'no-reachable-recipient');

const dueOf = (verdict: Verdict): Due | undefined =>
  verdict.due && verdict.slot ? { verdict, slot: verdict.slot } : undefined;
