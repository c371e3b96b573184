import { ApprovalQueue, type ApprovalQueueState } from '../../domain/approval-queue/approval-queue.js';
import type { Document } from '../document-store.js';
import { belongsTo, fold, partsOf } from '../streams.js';
import type { Projection } from './projection.js';

/** One partner's queue as far as the log tells. */
export interface QueueDocument extends Document {
  readonly partnerId: string;
  /** Posts that were not decided on; some may be past their publishing time. */
  readonly waiting: number;
  readonly state: ApprovalQueueState;
}

/** The approval queues of all partners. */
export const approvalQueues: Projection<QueueDocument> = {
  name: 'approval-queues',
  version: 1,
  handles: [
    'PostAwaitingApproval',
    'PostApproved',
    'PostRejected',
    'PostWithdrawn',
    'DigestRequested',
    'DigestRaised',
    'SlotDecided',
  ],
  indexes: [['waiting']],
  target: (event) => (belongsTo(ApprovalQueue, event) ? { ids: [partsOf(event.stream).id] } : {}),
  evolve: (document, event, id) => {
    const state = fold(ApprovalQueue, document?.state ?? ApprovalQueue.initialState, event);
    return { id, partnerId: id, waiting: Object.keys(state.waiting).length, state };
  },
};
