import type { Decider } from '../kernel/event.js';
import { EMPTY, get, values } from '../kernel/persistent-map.js';
import { isIn } from './post-ranges.js';
import type { ApprovalQueueCommand, ApprovalQueueEvent } from './queue-events.js';
import type { ApprovalQueueState } from './queue-state.js';
import { answered, isAnswered, returned, told } from './readers.js';
import { checkRoomForRequest, requested, requestOf, withoutRequest } from './send-nows.js';
import { checkRoomForPost, FORGET_AFTER, isToWait, settled, submitted } from './waiting-posts.js';

const EVENT_OF = {
  ApprovePost: 'PostApproved',
  RejectPost: 'PostRejected',
  WithdrawPost: 'PostWithdrawn',
} as const;

/** A partner's upcoming posts that wait for approval, and how far each user has been notified of them. */
export const ApprovalQueue: Decider<ApprovalQueueState, ApprovalQueueCommand, ApprovalQueueEvent> = {
  category: 'approvalQueue',
  snapshotVersion: 3,
  keepsPositions: true,
  initialState: {
    ...{ submitted: 0, waiting: EMPTY, settled: EMPTY, readers: EMPTY, requests: EMPTY, closed: {} },
    untilForgetting: FORGET_AFTER,
  },
  decide: (command, state) => {
    const occurredAt = command.at;
    switch (command.type) {
      case 'SubmitPost': {
        checkRoomForPost(state, command.data.postId, occurredAt);
        const waits = isToWait(state, command.data.postId, occurredAt);
        const data = { ...command.data, ...(waits ? {} : { waits }) };
        return [{ type: 'PostAwaitingApproval', data, occurredAt }];
      }
      case 'RequestDigest':
        checkRoomForRequest(state, command.data.userId);
        return [{ type: 'DigestRequested', data: command.data, occurredAt }];
      case 'ExpireRequest':
        return requestOf(state, command.data.userId)?.requestId === command.data.requestId
          ? [{ type: 'DigestRequestExpired', data: command.data, occurredAt }]
          : [];
      case 'CloseDigest':
        return isAnswered(state, command.data)
          ? []
          : [{ type: 'DigestRaised', data: command.data, occurredAt }];
      case 'CloseSlot':
        return isAnswered(state, command.data)
          ? []
          : [{ type: 'SlotDecided', data: command.data, occurredAt }];
      case 'CloseRhythms': {
        const slots = command.data.slots.filter(({ rhythm, date }) => date > (state.closed[rhythm] ?? ''));
        return slots.length === 0
          ? []
          : [{ type: 'DigestSlotsClosed', data: { ...command.data, slots }, occurredAt }];
      }
      case 'ReturnDigest': {
        const { told, data } = command;
        const isUntold = told !== undefined && !isAnswered(state, told);
        const isAnyWaiting = values(state.waiting).some(({ number }) => isIn(data.posts, number));
        return [
          // One that is told after its return would move the cursor past posts that came back.
          ...(isUntold ? [{ type: 'DigestRaised', data: told, occurredAt } as const] : []),
          ...(isAnyWaiting || data.requestId !== undefined
            ? [{ type: 'DigestReturned', data, occurredAt } as const]
            : []),
        ];
      }
      default: {
        const { postId } = command.data;
        const known = get(state.waiting, postId);
        const isLast = known !== undefined && known.submittedAt <= occurredAt && state.waiting.size === 1;
        const data = { ...command.data, ...(isLast ? { emptiesQueue: true as const } : {}) };
        return [{ type: EVENT_OF[command.type], data, occurredAt }];
      }
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'PostAwaitingApproval':
        return submitted(state, event);
      case 'DigestRequested':
        return requested(state, event);
      case 'DigestRequestExpired':
        return withoutRequest(state, event.data);
      case 'DigestRaised': {
        const { userId, upTo } = event.data;
        return told(answered(state, event.data), userId, upTo);
      }
      case 'DigestReturned':
        return returned(state, event);
      case 'SlotDecided':
        return answered(state, event.data);
      case 'DigestSlotsClosed': {
        const closed = event.data.slots.map(({ rhythm, date }) => [rhythm, date] as const);
        return { ...state, closed: { ...state.closed, ...Object.fromEntries(closed) } };
      }
      default:
        return settled(state, event.data.postId, event);
    }
  },
};
