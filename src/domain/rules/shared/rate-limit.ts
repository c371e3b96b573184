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

/**
 * The decision as withheld, because the solution has reached its limit.
 * @param limit mails of one solution within an hour.
 */
export const solutionRateLimited = (decision: RecipientDecision, limit: number): RecipientDecision => ({
  ...decision,
  reason: 'rate-limited',
  conditions: [
    ...decision.conditions,
    condition(
      'solution-has-room',
      false,
      [
        'The solution had few enough mails within the hour.',
        `The solution had ${limit} mails within the hour, which is the limit.`,
      ],
      { withholds: 'rate-limited', facts: { limit } },
    ),
  ],
});
