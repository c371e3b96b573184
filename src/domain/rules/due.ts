import type { ApprovalQueueCommand } from '../approval-queue/queue-events.js';
import { requestOf } from '../approval-queue/send-nows.js';
import type { Instant } from '../kernel/event.js';
import { values } from '../kernel/persistent-map.js';
import type { SocialAccountCommand } from '../social-account/social-account.js';
import { ACCOUNT_NOTIFICATIONS, DIGEST, QUEUE_NOTIFICATIONS } from './notifications.js';
import type { Reader } from './shared/definition.js';
import { digestSlot, subscribersOf } from './shared/digest-rhythm.js';
import type { AccountFacts, QueueFacts } from './shared/facts.js';
import { planOf } from './shared/plan.js';
import { type DueVerdict, isDue, type Verdict } from './shared/verdict.js';

/** About a person's digest. */
export type DueDigest = DueVerdict & { readonly userId: string };

/** The first decision that is due about an account. */
export const dueOnAccount = (facts: AccountFacts, now: Instant, days?: number): DueVerdict | undefined => {
  for (const notification of ACCOUNT_NOTIFICATIONS) {
    const verdict = notification.decide(facts, now, days);
    if (isDue(verdict)) return verdict;
  }
  return undefined;
};

/**
 * The decisions that are due about a queue, at most one for each person; a Send Now comes first. Once these are recorded, ask
 * again for more. Yields once for each person, undefined if nothing is due: a queue may have thousands of readers, and the
 * caller may pause between two.
 */
export function* dueByPerson(facts: QueueFacts, now: Instant): Generator<DueDigest | undefined> {
  const plan = planOf(facts.partner, facts.solution);
  if (!plan) return;
  for (const request of values(facts.queue.requests))
    yield dueTo({ userId: request.userId, request }, facts, now);
  for (const subscriber of subscribersOf(facts.partner, plan)) {
    const { userId } = subscriber;
    const slot = requestOf(facts.queue, userId) ? undefined : digestSlot(facts.queue, plan, subscriber);
    // Checking whether anything is due is cheaper than building the verdict's sentences.
    yield slot && slot.at <= now ? dueTo({ userId }, facts, now) : undefined;
  }
}

/** All of `dueByPerson` at once. */
export const dueOnQueue = (facts: QueueFacts, now: Instant): readonly DueDigest[] =>
  [...dueByPerson(facts, now)].filter((due) => due !== undefined);

/** The answer to a Send Now of this user, if one is due. */
export const dueOnRequest = (facts: QueueFacts, userId: string, now: Instant): DueDigest | undefined => {
  const request = requestOf(facts.queue, userId);
  return request && dueTo({ userId, request }, facts, now);
};

/** The digest of this user's slot, if one is due, whether or not a Send Now of theirs is open. */
export const dueAtSlot = (facts: QueueFacts, userId: string, now: Instant): DueDigest | undefined =>
  dueTo({ userId }, facts, now);

const dueTo = (reader: Reader, facts: QueueFacts, now: Instant): DueDigest | undefined => {
  for (const notification of QUEUE_NOTIFICATIONS) {
    const verdict = notification.decide(facts, reader, now);
    if (isDue(verdict)) return { ...verdict, userId: reader.userId };
  }
  return undefined;
};

/**
 * The command that closes an account's slot once every recipient has a decision.
 * @param facts those on which they were decided.
 */
export const closeAccountSlot = (
  { rule, slot }: DueVerdict,
  { accountId, account }: AccountFacts,
  at: Instant,
): SocialAccountCommand => {
  const partnerId = account.connection?.value.partnerId;
  return { type: 'CloseSlot', data: { accountId, partnerId, rule, date: slot.date, key: slot.key }, at };
};

/** What a decision about a digest answers, as its queue is told. */
export const answeredBy = (
  { subject, slot: { key, date }, requestId }: Pick<DueDigest, 'subject' | 'slot' | 'requestId'>,
  userId: string,
) => ({ userId, partnerId: subject.id, slot: { key, date }, requestId });

/**
 * The command that closes a digest once every recipient has a decision.
 * @param upTo the number of the last post that a raised digest covers; undefined if none was raised.
 */
export const closeDigest = (due: DueDigest, upTo: number | undefined, at: Instant): ApprovalQueueCommand => {
  const answer = answeredBy(due, due.userId);
  return upTo === undefined
    ? { type: 'CloseSlot', data: { ...answer, rule: due.rule }, at }
    : { type: 'CloseDigest', data: { ...answer, upTo }, at };
};

/**
 * Whether the digest cursor moves: a digest was raised, or nobody could be notified of it. In the second case recording the
 * same content every week would be noise.
 */
export const movesCursor = ({ rule, reason }: Verdict, isRaised: boolean): boolean =>
  rule === DIGEST && (isRaised || reason === 'no-reachable-recipient');
