import { NOBODY } from '../../approval-queue/queue-state.js';
import { onWall, type Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { userOf } from '../../partner/partner.js';
import { frequencyOf, isActive } from '../../partner/partner-user.js';
import type { Subscriber } from '../shared/digest-rhythm.js';
import type { QueueFacts } from '../shared/facts.js';
import type { Plan } from '../shared/plan.js';
import { isReachable } from '../shared/recipients.js';
import { type Condition, condition } from '../shared/verdict.js';

export const wantsDigests = (
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

/** Something new waited at the slot; if it is gone now, another condition says so. */
export const newOrMissed = (waits: Condition, slot: Slot | undefined, now: Instant): Condition =>
  !waits.holds && slot && slot.at <= now ? { ...waits, withholds: 'missed' } : waits;

export const slotHasCome = (
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
      `The ${subscriber?.frequency} slot of ${slot ? onWall(slot.at, slot.zone) : ''} has come, and had no decision before.`,
      slot
        ? `The next ${subscriber?.frequency} slot is ${onWall(slot.at, slot.zone)}.${before}`
        : `No slot is planned.${before}`,
    ],
    { facts: { slot: slot?.at, decided, now } },
  );
};

/** @param isThere whether something new to them waits that waited at the slot. */
export const isStillThere = (slot: Slot | undefined, isThere: boolean, now: Instant): Condition =>
  condition(
    'still-waits',
    !(slot && slot.at <= now && !isThere),
    [
      'No content was published unapproved before its slot was served.',
      'What waited at the slot has been published since.',
    ],
    { withholds: 'missed' },
  );

/** @param wanted how many people want digests, whether they can be written to or not. */
export const hasReader = (userId: string, wanted: number): Condition =>
  condition(
    'somebody-wants-digests',
    userId !== NOBODY,
    [
      'Somebody at the partner wants digests.',
      wanted > 0
        ? 'Mails to everybody at the partner who wants digests cannot be delivered.'
        : 'Nobody at the partner who is active wants digests.',
    ],
    { withholds: 'no-reachable-recipient' },
  );
