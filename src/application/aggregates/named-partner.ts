import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import { Partner } from '../../domain/partner/partner.js';
import type { StoredEvent } from '../ports/event-store.js';
import { belongsTo, partsOf } from './streams.js';

/** The partner that an event names: the one that it is about, or the one that an account was connected to. */
export const namedPartner = (event: StoredEvent): string | undefined => {
  if (belongsTo(Partner, event) || belongsTo(ApprovalQueue, event)) return partsOf(event.stream).id;
  return event.type === 'SocialAccountConnected' ? String(event.data.partnerId) : undefined;
};
