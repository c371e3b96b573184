import { MAX_OPEN_SEND_NOWS, MAX_REMEMBERED_READERS } from '../bounds.js';
import type { CivilDate } from '../calendar/calendar.js';
import type { Fact, Recorded } from '../kernel/event.js';
import { get, set, withoutOlderHalf } from '../kernel/persistent-map.js';
import { union } from './post-ranges.js';
import type { Answered, DigestReturned } from './queue-events.js';
import type { ApprovalQueueState, Reader } from './queue-state.js';
import { requested, requestOf, withoutRequest } from './send-nows.js';

/** The last date of this user's rhythm that has been decided. */
export const decidedOf = ({ readers }: ApprovalQueueState, userId: string): CivilDate | undefined =>
  get(readers, userId)?.decided;

/** Whether the same was decided about a user in both states, the same posts came back, and the same Send Now of theirs is open. */
export const isDecidedAlike = (one: ApprovalQueueState, other: ApprovalQueueState, userId: string): boolean =>
  standingOf(one, userId) === standingOf(other, userId);

/** By value: a state that is read again is made of other objects. */
const standingOf = (state: ApprovalQueueState, userId: string): string => {
  const { cursor, decided, returned: back } = get(state.readers, userId) ?? {};
  const posts = back?.posts.map(({ from, to }) => [from, to]);
  return JSON.stringify([cursor, decided, posts, requestOf(state, userId)?.requestId]);
};

export const isAnswered = (state: ApprovalQueueState, { userId, slot, requestId }: Answered): boolean =>
  requestId
    ? requestOf(state, userId)?.requestId !== requestId
    : slot.date <= (decidedOf(state, userId) ?? '');

export const answered = (state: ApprovalQueueState, answer: Answered): ApprovalQueueState => {
  const { userId, slot, requestId } = answer;
  return requestId
    ? withoutRequest(state, { userId, requestId })
    : withReader(state, userId, { decided: slot.date });
};

// Digest cursors of former users are dropped only once there are too many.

const withReader = (state: ApprovalQueueState, userId: string, news: Partial<Reader>): ApprovalQueueState => {
  return keepReader(state, userId, { cursor: 0, ...get(state.readers, userId), ...news });
};

const keepReader = (state: ApprovalQueueState, userId: string, reader: Reader): ApprovalQueueState => {
  const readers = set(state.readers, userId, reader);
  if (readers.size <= MAX_REMEMBERED_READERS) return { ...state, readers };
  return { ...state, readers: withoutOlderHalf(readers, ({ decided }) => decided ?? '') };
};

/** After a digest: everything up to its last post has been told. */
export const told = (state: ApprovalQueueState, userId: string, upTo: number): ApprovalQueueState => {
  const { returned: before, ...reader } = get(state.readers, userId) ?? { cursor: 0 };
  const posts = before?.posts.filter(({ to }) => to > upTo) ?? [];
  const left = before && posts.length > 0 ? { returned: { ...before, posts } } : {};
  return keepReader(state, userId, { ...reader, ...left, cursor: upTo });
};

/** After a digest that did not reach its reader. */
export const returned = (
  state: ApprovalQueueState,
  event: Recorded<Fact<'DigestReturned', DigestReturned>>,
): ApprovalQueueState => {
  const { userId, partnerId, posts, requestId } = event.data;
  const { cursor, returned: before } = get(state.readers, userId) ?? { cursor: 0 };
  const back = posts
    .filter(({ from }) => from <= cursor)
    .map(({ from, to }) => ({ from, to: Math.min(to, cursor) }));
  const all = union([...(before?.posts ?? []), ...back]);
  const after =
    all.length > 0 ? withReader(state, userId, { returned: { posts: all, at: event.recordedAt } }) : state;
  return requestId === undefined || after.requests.size >= MAX_OPEN_SEND_NOWS
    ? after
    : requested(after, { ...event, data: { userId, partnerId, requestId } });
};
