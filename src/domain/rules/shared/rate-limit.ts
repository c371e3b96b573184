import { MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR } from '../../bounds.js';
import type { RecipientDecision } from './recipient-decisions.js';
import { condition } from './verdict.js';

/** The decision as withheld, because the address has reached its limit of mails within an hour. */
export const rateLimited = (decision: RecipientDecision): RecipientDecision => ({
  ...decision,
  reason: 'rate-limited',
  conditions: [
    ...decision.conditions,
    condition(
      'address-has-room',
      false,
      [
        'Their address had few enough mails within the last hour.',
        `Their address had ${MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR} mails within the last hour, which is the limit.`,
      ],
      { withholds: 'rate-limited', facts: { limit: MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR } },
    ),
  ],
});
