import {
  type ApprovalQueueCommand,
  type DigestRequest,
  type QueueRule,
  requestOf,
} from '../approval-queue/approval-queue.js';
import type { Instant } from '../fact.js';
import { values } from '../kernel/persistent-map.js';
import { type SocialAccountCommand, WINDOW_DAYS } from '../social-account/social-account.js';
import type { Slot } from '../time/calendar.js';
import { accountExpired } from './account-expired/definition.js';
import { contentNeedsApproval, requestedContent } from './content-needs-approval/definition.js';
import { noSocialMediaContent } from './no-social-media-content/definition.js';
import { settingsUpdateRequired } from './settings-update-required/definition.js';
import { digestSlot, subscribersOf } from './shared/digest-rhythm.js';
import type { AccountFacts, QueueFacts } from './shared/facts.js';
import { planOf } from './shared/plan.js';
import type { Verdict } from './shared/verdict.js';

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

/**
 * The decisions that are due about a queue, at most one for each person: a request first, because it was to be answered
 * at once. What is due after these is asked for once they are recorded. One step for each person, undefined where nothing is
 * due: a queue may have thousands of readers, and whoever walks may rest between two.
 */
export function* dueByPerson(facts: QueueFacts, now: Instant): Generator<DueDigest | undefined> {
  const plan = planOf(facts.partner, facts.solution);
  if (!plan) return;
  for (const request of values(facts.queue.requests)) yield requestDue(facts, request, now);
  for (const subscriber of subscribersOf(facts.partner, plan)) {
    const { userId } = subscriber;
    const slot = requestOf(facts.queue, userId) ? undefined : digestSlot(facts.queue, plan, subscriber);
    // What a verdict says takes longer to make than to see that there is none to be made.
    const due = slot && slot.at <= now ? dueOf(contentNeedsApproval(facts, userId, now)) : undefined;
    yield due && { ...due, userId };
  }
}

/** All of `dueByPerson` at once. */
export const dueOnQueue = (facts: QueueFacts, now: Instant): readonly DueDigest[] =>
  [...dueByPerson(facts, now)].filter((due) => due !== undefined);

/** The answer to a Send Now of this user, if one is due. */
export const dueOnRequest = (facts: QueueFacts, userId: string, now: Instant): DueDigest | undefined => {
  const request = requestOf(facts.queue, userId);
  return request && requestDue(facts, request, now);
};

const requestDue = (facts: QueueFacts, request: DigestRequest, now: Instant): DueDigest | undefined => {
  const due =
    dueOf(requestedContent(facts, request, now)) ?? dueOf(noSocialMediaContent(facts, request, now));
  return due && { ...due, userId: request.userId, requestId: request.requestId };
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
