import { MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR } from '../../bounds.js';
import type { RecipientDecision } from './recipient-decisions.js';
import { condition } from './verdict.js';

/** The decision as withheld, because the address has reached its limit of mails within an hour. */
export const rateLimited = (decision: RecipientDecision): RecipientDecision =>
  withheld(decision, 'address-has-room', MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR, [
    'Their address had few enough mails within the last hour.',
    `Their address had ${MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR} mails within the last hour, which is the limit.`,
  ]);

/**
 * The decision as withheld, because the solution has reached its limit.
 * @param limit mails of one solution within an hour.
 */
export const solutionRateLimited = (decision: RecipientDecision, limit: number): RecipientDecision =>
  withheld(decision, 'solution-has-room', limit, [
    'The solution had few enough mails within the hour.',
    `The solution had ${limit} mails within the hour, which is the limit.`,
  ]);

const withheld = (
  decision: RecipientDecision,
  name: string,
  limit: number,
  says: readonly [holds: string, fails: string],
): RecipientDecision => ({
  ...decision,
  reason: 'rate-limited',
  conditions: [
    ...decision.conditions,
    condition(name, false, says, { withholds: 'rate-limited', facts: { limit } }),
  ],
});
