import { withOnlyNew } from '../approval-queue/new-posts.js';
import { type DigestRequest, NOBODY } from '../approval-queue/queue-state.js';
import type { Instant } from '../kernel/event.js';
import type { Decision } from '../notification/decision.js';
import { SENDER_REFUSED } from '../notification/urgent.js';
import { userOf } from '../partner/partner.js';
import { isPresent } from '../partner/partner-user.js';
import { DIGEST, definitionOf, queueNotification } from './notifications.js';
import type { NotificationDefinition, Reader } from './shared/definition.js';
import type { AccountFacts, QueueFacts } from './shared/facts.js';
import type { WithheldReason } from './shared/reasons.js';
import { escalationOf, recipientsOf } from './shared/recipients.js';
import { isPerson } from './shared/sentinels.js';
import { type Condition, condition, type Verdict, verdictOf } from './shared/verdict.js';

/** Whether a raised notification is still due, on other facts than those of its decision. */
export interface Standing {
  /** What is against it; empty if it is to be sent as it was frozen. */
  readonly against: readonly Condition[];
  /** What its rule says for the same slot, without the conditions about the moment of the slot: that one was decided. */
  readonly verdict: Verdict;
  /** Whether the occasion is the same, so that others may have to be notified instead. */
  readonly isSameOccasion: boolean;
}

/** @param verdict what the rule says of the account now. */
export const standingOnAccount = (
  decision: Decision,
  facts: AccountFacts,
  verdict: Verdict,
  now: Instant,
): Standing => {
  const definition = definitionOf(decision.rule);
  const { userId } = readerOf(decision);
  const personal =
    definition.subject === 'socialAccount' && userId !== NOBODY
      ? definition.personConditions(facts, userId)
      : [];
  // Whether anybody can be reached is not the person's condition.
  return standing(decision, facts, [definition, verdict], personal, ['no-reachable-recipient'], now);
};

/** For a digest, only what it covers counts as new: it is due while something of that waits. */
export const standingOnQueue = (decision: Decision, facts: QueueFacts, now: Instant): Standing => {
  const definition = queueNotification(decision.rule);
  const verdict = definition.decide(factsFor(decision, facts), readerOf(decision), now);
  return standing(decision, facts, [definition, verdict], [], [], now);
};

/** The facts of a queue as a decision about it saw them: what its digest covers is new, and nothing else. */
export const factsFor = (decision: Decision, facts: QueueFacts): QueueFacts => {
  if (decision.rule !== DIGEST) return facts;
  const { covers = [{ from: 1, to: decision.upTo ?? facts.queue.submitted }] } = decision;
  return { ...facts, queue: withOnlyNew(facts.queue, readerOf(decision).userId, covers) };
};

/** Whose notification it is or, of one to the escalation contact, whose it would have been. */
export const readerOf = (decision: Decision): Reader => {
  const { recipient, undelivered } = decision;
  const userId = undelivered?.userId ?? (isPerson(recipient.userId) ? recipient.userId : NOBODY);
  return { userId, request: requestIn(decision, userId) };
};

/** The Send Now that a decision answers. */
const requestIn = ({ requestId, slot, causes }: Decision, userId: string): DigestRequest | undefined => {
  const [cause] = causes;
  return requestId && cause ? { requestId, userId, learnedAt: slot.at, cause } : undefined;
};

const standing = (
  decision: Decision,
  facts: AccountFacts | QueueFacts,
  [{ timing, essential }, said]: readonly [NotificationDefinition, Verdict],
  personal: readonly Condition[],
  othersMatter: readonly WithheldReason[],
  now: Instant,
): Standing => {
  // That a sender is refused is worth saying whatever became of the mail that showed it.
  const isAlert = decision.undelivered?.outcome === SENDER_REFUSED;
  const conditions = said.conditions.filter(({ name }) => !timing.includes(name));
  // The contact is notified because people cannot be reached.
  const ignored = decision.escalation ? UNREACHABLE : othersMatter;
  const about = (isAlert ? [] : [...conditions, ...personal]).filter(
    ({ holds, withholds }) => !holds && !(withholds !== undefined && ignored.includes(withholds)),
  );
  const others = isAlert ? [] : [...changed(decision, said, essential), ...changedHands(decision, facts)];
  const { slot } = decision;
  return {
    against: distinct([...about, ...others, ...movedAway(decision, facts)]),
    verdict: verdictOf({ ...said, conditions, slot }, now),
    isSameOccasion: others.length === 0,
  };
};

const UNREACHABLE: readonly WithheldReason[] = ['no-reachable-recipient', 'undeliverable-address'];

/** What the mail tells that is no longer so. */
const changed = (
  { conditions: before }: Decision,
  { conditions: after }: Verdict,
  essential: NotificationDefinition['essential'],
): readonly Condition[] =>
  Object.entries(essential).flatMap(([fact, what]) => {
    const known = before.find(({ facts }) => facts?.[fact] !== undefined);
    const is = after.find(({ name }) => name === known?.name)?.facts?.[fact];
    if (!known || is === known.facts?.[fact]) return [];
    const was = known.facts?.[fact];
    const says = `It was raised about ${what} ${was}, and now it is ${is ?? 'not known'}.`;
    return [{ name: 'is-about-the-same', holds: false, says, facts: { [fact]: { was, is } } }];
  });

/** Whether the account belongs to another partner now, whose people are told at its own slots. */
const changedHands = (decision: Decision, facts: AccountFacts | QueueFacts): readonly Condition[] => {
  const was = decision.partnerId;
  const is = 'account' in facts ? facts.account.connection?.value.partnerId : was;
  if (is === undefined || is === was) return [];
  const says = `It was raised about an account of ${was}, and now the account belongs to ${is}.`;
  return [{ name: 'partner-is-the-same', holds: false, says, facts: { partnerId: { was, is } } }];
};

/** Whether the recipient has another address now. */
const movedAway = (
  { recipient: { userId, name, address }, escalation }: Decision,
  { partner, solution }: AccountFacts | QueueFacts,
): readonly Condition[] => {
  const user = userOf(partner, userId);
  // Of somebody who is gone, other conditions tell.
  if (!escalation && !(user && isPresent(user))) return [];
  const now = escalation
    ? escalationOf(solution.settings)
    : recipientsOf(userId, user, solution.settings).find((one) => one.address.channel === address.channel);
  const is = now?.address.value;
  if (is === address.value) return [];
  const says = `The address of ${name} was ${address.value} when it was raised, and now it is ${is || 'not known'}.`;
  return [condition('address-is-the-same', false, [says, says], { facts: { was: address.value, is } })];
};

const distinct = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter((one, index) => conditions.findIndex(({ name }) => name === one.name) === index);
