import type { DigestRequest } from '../../approval-queue/queue-state.js';
import { type Slot, slotNow } from '../../calendar/calendar.js';
import { latestOf } from '../../kernel/instant.js';
import { userOf } from '../../partner/partner.js';
import type { QueueFacts } from './facts.js';
import { partnerConditions, planOf } from './plan.js';
import { isReachable } from './recipients.js';
import { type Condition, condition } from './verdict.js';

/** The slot of a Send Now: due at once, as soon as the partner and its solution are known. */
export const requestSlot = (
  { partner, solution }: QueueFacts,
  { requestId, learnedAt }: DigestRequest,
): Slot | undefined => {
  const plan = planOf(partner, solution);
  return plan && slotNow(`request:${requestId}`, latestOf(learnedAt, plan.since), plan.zone);
};

/** The conditions that every answer to a Send Now begins with. */
export const requestConditions = (
  { partnerId, partner, solution }: QueueFacts,
  request: DigestRequest | undefined,
): readonly Condition[] => {
  const nameOf = (one: DigestRequest | undefined) =>
    (one && userOf(partner, one.userId)?.fields.name?.value) ?? one?.userId;
  return [
    ...partnerConditions(partnerId, partner, solution),
    condition('send-now-was-pressed', request !== undefined, [
      `${nameOf(request)} pressed Send Now, which Herald learned at ${request?.learnedAt}.`,
      'Nobody pressed Send Now without having been answered.',
    ]),
    ...(request
      ? [
          {
            ...isReachable(request.userId, userOf(partner, request.userId)),
            withholds: 'no-reachable-recipient' as const,
          },
        ]
      : []),
  ];
};
