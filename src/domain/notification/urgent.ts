import type { Decision, Undelivered } from './decision.js';

/** What the escalation contact is told of when the solution's sender is refused. */
export const SENDER_REFUSED = 'sender-refused' satisfies Undelivered['outcome'];

/**
 * Whether a mail goes before those in bulk: a person waits for the answer to a Send Now, and of the mails of a refused sender, the one
 * that says so is tried first.
 */
export const isUrgent = ({ requestId, undelivered }: Partial<Decision>): boolean =>
  requestId !== undefined || undelivered?.outcome === SENDER_REFUSED;
