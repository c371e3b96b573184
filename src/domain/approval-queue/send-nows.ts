import { MAX_OPEN_SEND_NOWS } from '../bounds.js';
import { causeOf, type Fact, type Instant, type Recorded } from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { HOUR, plus } from '../kernel/instant.js';
import { get, remove, set } from '../kernel/persistent-map.js';
import type { Request } from './queue-events.js';
import type { ApprovalQueueState, DigestRequest } from './queue-state.js';

// Nobody waits longer than this for an answer, even if the partner or its solution becomes known later.
const REQUEST_OPEN_FOR = HOUR;

/** When an unanswered Send Now expires. */
export const requestExpiry = (learnedAt: Instant): Instant => plus(learnedAt, REQUEST_OPEN_FOR);

/** The unanswered Send Now of this user, if there is one. */
export const requestOf = ({ requests }: ApprovalQueueState, userId: string): DigestRequest | undefined =>
  get(requests, userId);

/** @throws HeraldError `too-many-send-nows`. */
export const checkRoomForRequest = ({ requests }: ApprovalQueueState, userId: string): void => {
  if (requests.size < MAX_OPEN_SEND_NOWS || get(requests, userId)) return;
  throw new HeraldError(
    'too-many-send-nows',
    `The partner already has ${MAX_OPEN_SEND_NOWS} unanswered Send Now requests, which is the limit. Retry in an hour.`,
    'userId',
  );
};

export const requested = (
  state: ApprovalQueueState,
  event: Recorded<Fact<string, Request>>,
): ApprovalQueueState => {
  const { userId, requestId } = event.data;
  if (requestOf(state, userId)) return state;
  const request = { requestId, userId, learnedAt: event.recordedAt, cause: causeOf(event) };
  return { ...state, requests: set(state.requests, userId, request) };
};

export const withoutRequest = (
  state: ApprovalQueueState,
  { userId, requestId }: Pick<Request, 'userId' | 'requestId'>,
): ApprovalQueueState =>
  requestOf(state, userId)?.requestId === requestId
    ? { ...state, requests: remove(state.requests, userId) }
    : state;
