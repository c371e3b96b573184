import type { Escalation } from '../rules/shared/escalation.js';
import type { Undelivered } from './decision.js';

/** What the escalation contact is told about a notification that did not reach its recipient. */
export const escalationAbout = ({
  outcome,
  name,
  address,
  sender,
  reply = '',
  isOwner = false,
}: Undelivered): Escalation =>
  outcome === 'sender-refused'
    ? { kind: outcome, sender, reply }
    : {
        kind: 'undelivered',
        people: [{ name, isOwner, reason: outcome, address, ...(reply ? { reply } : {}) }],
        more: 0,
      };
