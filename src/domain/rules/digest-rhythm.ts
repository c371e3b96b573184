import { type ApprovalQueueState, NOBODY, newTo, type PostPlace } from '../approval-queue/approval-queue.js';
import type { Instant } from '../fact.js';
import { own } from '../own.js';
import type { PartnerState } from '../partner/partner.js';
import { frequencyOf, isActive } from '../partner/partner-user.js';
import type { ContentFrequency } from '../solution/solution.js';
import { type Cadence, daily, firstSlot, firstsOfMonths, mondays, type Slot } from '../time/calendar.js';
import { latestOf } from '../time/instant.js';
import { type Plan, wallOf } from './plan.js';

/** Somebody who wants digests, or `*` in the place of all where nobody does. */
export interface Subscriber {
  readonly userId: string;
  readonly frequency: Exclude<ContentFrequency, 'off'>;
  /** Slots before this moment were not theirs. */
  readonly since: Instant;
}

const CADENCES: Readonly<Record<Subscriber['frequency'], Cadence>> = {
  daily,
  weekly: mondays,
  monthly: firstsOfMonths,
};

export const cadenceOf = ({ frequency }: Subscriber): Cadence => CADENCES[frequency];

/** Active users whose frequency is not off. Without any, `*` every Monday: content that waits is never passed over. */
export const subscribersOf = ({ users }: PartnerState, plan: Plan): readonly Subscriber[] => {
  const subscribers = Object.entries(users).flatMap(([userId, user]) => {
    const frequency = frequencyOf(user, plan.policies);
    if (!isActive(user) || frequency === 'off') return [];
    return [{ userId, frequency, since: latestOf(plan.since, plan.policiesSince, user.digestsSince) }];
  });
  if (subscribers.length > 0) return subscribers;
  const since = latestOf(
    plan.since,
    plan.policiesSince,
    ...Object.values(users).map(({ digestsSince }) => digestsSince),
  );
  return [{ userId: NOBODY, frequency: 'weekly', since }];
};

/** The first slot without a decision at which content new to them waits; none if there is none. */
export const digestSlot = <P extends PostPlace>(
  queue: ApprovalQueueState<P>,
  plan: Plan,
  subscriber: Subscriber,
): Slot | undefined => {
  const { userId, since } = subscriber;
  // Posts come in the order in which they were learned of, so the first that lives to its slot has the earliest.
  for (const post of newTo(userId, queue)) {
    const from = latestOf(post.learnedAt, since);
    const slot = firstSlot(cadenceOf(subscriber), wallOf(plan), from, own(queue.decided, userId));
    if (post.publishAt > slot.at) return slot;
  }
  return undefined;
};

/** When something is due for this queue: requests at once, digests at their slots. */
export const queueSlots = <P extends PostPlace>(
  queue: ApprovalQueueState<P>,
  partner: PartnerState,
  plan: Plan | undefined,
): readonly { readonly userId: string; readonly at: Instant; readonly rule: 'content-needs-approval' }[] => {
  if (!plan) return [];
  const rule = 'content-needs-approval';
  const requests = queue.requests.map(({ userId, learnedAt }) => ({ userId, at: learnedAt, rule }) as const);
  const digests = subscribersOf(partner, plan).flatMap((subscriber) => {
    const slot = digestSlot(queue, plan, subscriber);
    return slot ? [{ userId: subscriber.userId, at: slot.at, rule } as const] : [];
  });
  return [...requests, ...digests];
};
