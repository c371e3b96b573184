import { firstNewTo, newSince, newTo, returnedTo } from '../../approval-queue/new-posts.js';
import type { ApprovalQueueEvent, ClosedSlot } from '../../approval-queue/queue-events.js';
import {
  type ApprovalQueueState,
  NOBODY,
  type Rhythm,
  type WaitingPost,
} from '../../approval-queue/queue-state.js';
import { decidedOf } from '../../approval-queue/readers.js';
import { waitingAt } from '../../approval-queue/waiting-posts.js';
import {
  type Cadence,
  type CivilDate,
  daily,
  firstSlot,
  firstsOfMonths,
  lastSlot,
  mondays,
  type Slot,
  slotsAfter,
} from '../../calendar/calendar.js';
import type { Instant, Recorded } from '../../kernel/event.js';
import { DAY, earliestOf, latestOf, plus } from '../../kernel/instant.js';
import { entries, get, values } from '../../kernel/persistent-map.js';
import { type PartnerState, userOf } from '../../partner/partner.js';
import { frequencyOf, isActive, isDeliverable, type PartnerUser } from '../../partner/partner-user.js';
import type { ContentFrequency } from '../../solution/solution.js';
import type { Plan } from './plan.js';

/** Longer than the gap between any two slots of a rhythm. */
const MAX_RHYTHM = 40 * DAY;

/** Somebody who wants digests, or `*` for all where nobody does. */
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

/** This user as a subscriber: active, and with a frequency that is not off; otherwise undefined. */
const asSubscriber = (userId: string, user: PartnerUser, plan: Plan): Subscriber | undefined => {
  const frequency = frequencyOf(user, plan.policies);
  if (!isActive(user) || frequency === 'off') return undefined;
  const chosenSince = user.fields.contentApproval ? undefined : plan.defaultsSince;
  const reachedSince = isDeliverable(user) ? user.deliverableSince : undefined;
  return { userId, frequency, since: latestOf(plan.since, chosenSince, user.digestsSince, reachedSince) };
};

/**
 * Active users whose frequency is not off. If none of them can be written to, also `*` every Monday: waiting content is never
 * ignored.
 */
export const subscribersOf = ({ users }: PartnerState, plan: Plan): readonly Subscriber[] => {
  let isAnybodyReached = false;
  const subscribers = entries(users).flatMap(([userId, user]) => {
    const subscriber = asSubscriber(userId, user, plan);
    isAnybodyReached ||= subscriber !== undefined && isDeliverable(user);
    return subscriber ?? [];
  });
  if (isAnybodyReached) return subscribers;
  const since = latestOf(
    plan.since,
    plan.defaultsSince,
    ...values(users).flatMap(({ digestsSince, deliverableSince }) => [digestsSince, deliverableSince]),
  );
  return [...subscribers, { userId: NOBODY, frequency: 'weekly', since }];
};

/** One of `subscribersOf`, without computing the others. */
export const subscriberOf = (partner: PartnerState, plan: Plan, userId: string): Subscriber | undefined => {
  if (userId === NOBODY) return subscribersOf(partner, plan).find((one) => one.userId === NOBODY);
  const user = userOf(partner, userId);
  return user && asSubscriber(userId, user, plan);
};

/** The next digest of one person, as far as is known now. */
export interface DigestToCome {
  readonly userId: string;
  readonly at: Instant;
}

/** The rhythm whose slots a subscriber shares. */
const rhythmOf = ({ userId, frequency }: Subscriber): Rhythm => (userId === NOBODY ? NOBODY : frequency);

/** The first undecided slot at which content new to them waits; undefined if there is none. */
export const digestSlot = (
  queue: ApprovalQueueState,
  plan: Plan,
  subscriber: Subscriber,
): Slot | undefined => {
  const { userId, since } = subscriber;
  const decided = latestOf(decidedOf(queue, userId), queue.closed[rhythmOf(subscriber)]) || undefined;
  const slotOf = (posts: readonly WaitingPost[], known?: Instant): Slot | undefined => {
    let slot: Slot | undefined;
    // Posts are in the order in which Herald learned of them, so the first that is unpublished at its slot has the earliest slot.
    for (const post of posts) {
      const from = latestOf(known, post.learnedAt, since);
      if (!slot || slot.at < from) slot = firstSlot(cadenceOf(subscriber), plan.wall, from, decided);
      if (post.publishAt > slot.at) return slot;
    }
    return undefined;
  };
  const slot = slotOf(newTo(userId, queue));
  // What came back has been new again only since then.
  const { posts, at } = returnedTo(userId, queue);
  const again = posts.length > 0 ? slotOf(posts, at) : undefined;
  return slot && again ? (again.at < slot.at ? again : slot) : (slot ?? again);
};

/**
 * The last slot from `first` on, at or before `now`, at which content new to them waited: the digests of missed slots are one.
 * @param first the subscriber's `digestSlot`.
 */
export const lastDigestSlot = (
  queue: ApprovalQueueState,
  plan: Plan,
  subscriber: Subscriber,
  first: Slot,
  now: Instant,
): Slot => {
  const { userId } = subscriber;
  const posts = [...newTo(userId, queue), ...returnedTo(userId, queue).posts];
  const slots = [...slotsAfter(cadenceOf(subscriber), plan.wall, first, now)];
  const waitedAt = ({ at }: Slot) =>
    posts.some((post) => newSince(userId, queue, post) <= at && at < post.publishAt);
  return slots.findLast(waitedAt) ?? first;
};

/** When each person's digest is due. Yields once for each person, undefined if none is due. */
export function* digestsByPerson(
  queue: ApprovalQueueState,
  partner: PartnerState,
  plan: Plan | undefined,
): Generator<DigestToCome | undefined> {
  if (!plan) return;
  for (const subscriber of subscribersOf(partner, plan)) {
    const slot = digestSlot(queue, plan, subscriber);
    yield slot && { userId: subscriber.userId, at: slot.at };
  }
}

/** All of `digestsByPerson` at once. */
const digestsToCome = (
  queue: ApprovalQueueState,
  partner: PartnerState,
  plan: Plan | undefined,
): readonly DigestToCome[] => [...digestsByPerson(queue, partner, plan)].filter((one) => one !== undefined);

/** When something is next due for this queue, if anything: requests at once, digests at their slots. */
export const nextOnQueue = (
  queue: ApprovalQueueState,
  partner: PartnerState,
  plan: Plan | undefined,
): Instant | undefined => {
  if (!plan || (queue.waiting.size === 0 && queue.requests.size === 0)) return undefined;
  const requests = values(queue.requests).map(({ learnedAt }) => learnedAt);
  return earliestOf(...requests, ...digestsToCome(queue, partner, plan).map(({ at }) => at));
};

/**
 * The first moment from an event of the queue on at which it can make something due that was not due before: the next slot of
 * any rhythm. Undefined where that may be an earlier slot or no slot: after a request, or when a post that was known already
 * is published at another time.
 * @param before the queue before the event.
 */
export const nextAfterEvent = (
  before: ApprovalQueueState,
  event: Recorded<ApprovalQueueEvent>,
  plan: Plan | undefined,
): Instant | undefined => {
  const isKnownPost = event.type === 'PostAwaitingApproval' && get(before.waiting, event.data.postId);
  const isRequest = event.type === 'DigestRequested' || event.type === 'DigestReturned';
  if (!plan || isKnownPost || isRequest) return undefined;
  // A move across the date line may drop a day, but not the Monday or the 1st that the day is.
  return earliestOf(...Object.values(CADENCES).map((one) => firstSlot(one, plan.wall, event.recordedAt).at));
};

export const RHYTHMS: readonly Rhythm[] = ['daily', 'weekly', 'monthly', NOBODY];

const cadenceOfRhythm = (rhythm: Rhythm): Cadence => CADENCES[rhythm === NOBODY ? 'weekly' : rhythm];

/**
 * The first slot of a rhythm at which anybody's digest may be due; never later than that of `digestSlot`.
 * @param waitsSince when Herald learned of the first post that somebody has yet to be notified of.
 * @param closed the last date on which every recipient had a decision.
 */
export const rhythmSlot = (
  rhythm: Rhythm,
  plan: Plan,
  waitsSince: Instant,
  closed: CivilDate | undefined,
): Slot => firstSlot(cadenceOfRhythm(rhythm), plan.wall, latestOf(waitsSince, plan.since), closed);

/** The slots that are over: once nothing is due any more, every recipient has a decision for them. */
export const slotsOver = (
  queue: ApprovalQueueState,
  partner: PartnerState,
  plan: Plan,
  now: Instant,
): readonly ClosedSlot[] => {
  const subscribers = subscribersOf(partner, plan);
  const living = waitingAt(queue, now);
  return RHYTHMS.flatMap((rhythm) => {
    const mine = subscribers.filter((one) => rhythmOf(one) === rhythm);
    const cadence = cadenceOfRhythm(rhythm);
    const early = firstSlot(cadence, plan.wall, plus(now, -MAX_RHYTHM));
    // A clock that is new has no slot yet.
    if (early.at > now) return [];
    const { date } = lastSlot(cadence, plan.wall, early, now);
    // Posts are in the order in which Herald learned of them, so the reader with the lowest cursor has the earliest post.
    const first = mine.reduce(
      (least, { userId }) => Math.min(least, firstNewTo(userId, queue, living)),
      living.length,
    );
    const waitsSince = living[first]?.learnedAt;
    return { rhythm, date, hasSubscribers: mine.length > 0, ...(waitsSince ? { waitsSince } : {}) };
  });
};
