import { type DigestRequest, decidedOf, NOBODY } from '../../approval-queue/approval-queue.js';
import type { Instant } from '../../fact.js';
import { userOf } from '../../partner/partner.js';
import { frequencyOf, isActive } from '../../partner/partner-user.js';
import { lastSlot, onWall, type Slot } from '../../time/calendar.js';
import { type Content, contentFor, listed, newContentWaits } from '../shared/content.js';
import { cadenceOf, digestSlot, type Subscriber, subscriberOf } from '../shared/digest-rhythm.js';
import type { QueueFacts } from '../shared/facts.js';
import { isEntitled, type Plan, partnerConditions, planOf, wallOf } from '../shared/plan.js';
import { audienceMember, isReachable, recipientOf } from '../shared/recipients.js';
import { requestConditions, requestSlot } from '../shared/send-now.js';
import {
  type AudienceMember,
  type Condition,
  condition,
  type Verdict,
  verdictOf,
} from '../shared/verdict.js';

// Content needs approval. Daily, weekly (Monday) or monthly (the 1st), as the user chose; only if content that is new
// to this user still waits. With new content, Send Now sends it at once.

const RULE = 'content-needs-approval';
const VERSION = 1;

/** Whether this user's digest is due, for which slot, and why or why not. `*` stands where nobody wants digests. */
export const contentNeedsApproval = (facts: QueueFacts, userId: string, now: Instant): Verdict => {
  const { queue, partner, solution } = facts;
  const plan = planOf(partner, solution);
  const subscriber = plan && subscriberOf(partner, plan, userId);
  const first = plan && subscriber && digestSlot(queue, plan, subscriber);
  // Slots that were missed coalesce into one digest, that of the last of them.
  const slot = first && plan && subscriber && latest(first, plan, subscriber, now);
  const content = contentFor(userId, queue, now);
  const name = nameOf(facts, userId);
  const conditions = [
    ...partnerConditions(facts.partnerId, partner, solution),
    ...(userId === NOBODY ? [] : wantsDigests(facts, plan, userId)),
    newOrMissed(newContentWaits(name, content), slot, now),
    slotHasCome(slot, subscriber, decidedOf(queue, userId), now),
    isEntitled(solution.settings),
    isStillThere(slot, content, now),
    hasReader(userId),
  ];
  const audience = userId === NOBODY ? [] : [memberOf(facts, userId, conditions)];
  return verdict(facts, conditions, audience, content, slot, now);
};

/** Whether a Send Now is answered with content: it is if something new waits. */
export const requestedContent = (facts: QueueFacts, request: DigestRequest, now: Instant): Verdict => {
  const content = contentFor(request.userId, facts.queue, now);
  const conditions = [
    ...requestConditions(facts, request),
    newContentWaits(nameOf(facts, request.userId), content),
    isEntitled(facts.solution.settings),
  ];
  const slot = requestSlot(facts, request);
  const member = memberOf(facts, request.userId, conditions);
  const { causes, ...rest } = verdict(facts, conditions, [member], content, slot, now);
  return { ...rest, causes: [request.cause, ...causes] };
};

const verdict = (
  facts: QueueFacts,
  conditions: readonly Condition[],
  audience: readonly AudienceMember[],
  content: Content,
  slot: Slot | undefined,
  now: Instant,
): Verdict =>
  verdictOf(
    {
      rule: RULE,
      ruleVersion: VERSION,
      subject: { kind: 'approvalQueue', id: facts.partnerId },
      slot,
      conditions,
      audience,
      causes: listed(content).posts.map(({ cause }) => cause),
    },
    now,
  );

const latest = (first: Slot, plan: Plan, subscriber: Subscriber, now: Instant): Slot =>
  first.at <= now ? lastSlot(cadenceOf(subscriber), wallOf(plan), first, now) : first;

const nameOf = ({ partner }: QueueFacts, userId: string): string =>
  userId === NOBODY ? 'anybody' : (userOf(partner, userId)?.fields.name?.value ?? userId);

const memberOf = (
  { partner, solution }: QueueFacts,
  userId: string,
  conditions: readonly Condition[],
): AudienceMember => {
  const recipient = recipientOf(userId, userOf(partner, userId), solution.settings);
  return audienceMember(
    recipient,
    conditions.filter(({ withholds }) => withholds === 'no-reachable-recipient'),
  );
};

const wantsDigests = (
  { partner }: QueueFacts,
  plan: Plan | undefined,
  userId: string,
): readonly Condition[] => {
  const user = userOf(partner, userId);
  const name = user?.fields.name?.value ?? userId;
  const frequency = user && plan ? frequencyOf(user, plan.policies) : undefined;
  const whose = user?.fields.contentApproval
    ? 'chosen under Settings > Notifications'
    : "the solution's default for their role";
  return [
    isReachable(userId, user),
    condition(
      'wants-digests',
      user !== undefined && isActive(user) && frequency !== undefined && frequency !== 'off',
      [
        `${name} is told ${frequency} of content that needs approval (${whose}).`,
        frequency === 'off'
          ? `${name} is not told of content that needs approval (${whose}).`
          : `${name} gets no digests.`,
      ],
      { facts: { frequency } },
    ),
  ];
};

/** At its slot something new waited; if it is gone now, that is told by another condition. */
const newOrMissed = (waits: Condition, slot: Slot | undefined, now: Instant): Condition =>
  !waits.holds && slot && slot.at <= now ? { ...waits, withholds: 'missed' } : waits;

const slotHasCome = (
  slot: Slot | undefined,
  subscriber: Subscriber | undefined,
  decided: string | undefined,
  now: Instant,
): Condition => {
  const before = decided ? ` That of ${decided} has its decision.` : '';
  return condition(
    'undecided-slot-has-come',
    slot !== undefined && slot.at <= now,
    [
      `The ${subscriber?.frequency} slot of ${slot ? onWall(slot.at, slot.zone) : ''} has come and is not decided yet.`,
      slot
        ? `The next ${subscriber?.frequency} slot is ${onWall(slot.at, slot.zone)}.${before}`
        : `No slot is planned.${before}`,
    ],
    { facts: { slot: slot?.at, decided, now } },
  );
};

const isStillThere = (slot: Slot | undefined, { fresh }: Content, now: Instant): Condition =>
  condition(
    'still-waits',
    !(slot && slot.at <= now && fresh.length === 0),
    [
      'No content was published unapproved before its slot was served.',
      'What waited at the slot has been published since.',
    ],
    { withholds: 'missed' },
  );

const hasReader = (userId: string): Condition =>
  condition(
    'somebody-wants-digests',
    userId !== NOBODY,
    ['Somebody at the partner wants digests.', 'Nobody at the partner who is active wants digests.'],
    { withholds: 'no-reachable-recipient' },
  );
