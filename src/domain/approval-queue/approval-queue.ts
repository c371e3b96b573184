import { MAX_OPEN_SEND_NOWS, MAX_REMEMBERED_READERS, MAX_WAITING_POSTS } from '../bounds.js';
import type { CivilDate } from '../calendar/calendar.js';
import {
  type Cause,
  causeOf,
  type Decider,
  type Fact,
  type Instant,
  type Recorded,
} from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { DAY, HOUR, latestOf, plus } from '../kernel/instant.js';
import {
  EMPTY,
  filter,
  get,
  type PersistentMap,
  remove,
  set,
  values,
  withoutOlderHalf,
} from '../kernel/persistent-map.js';
import type { RuleId } from '../rules/shared/rule-id.js';
import { isIn, type PostRange, union } from './post-ranges.js';

// A published post never needs approval again. It is kept for a while after publication because the digest of a missed slot may
// list it.
const KEPT_AFTER_PUBLISHING = 7 * DAY;

// How long a decision without a submission is kept: the submission may still arrive.
const KEPT_WITHOUT_SUBMISSION = 7 * DAY;

const FORGET_AFTER = 32;

/** Stands for a user where nobody wants digests and content waits all the same. */
export const NOBODY = '*';

/** Digests of one partner that share their slots, by frequency; `*` stands for Mondays where nobody wants digests. */
export type Rhythm = 'daily' | 'weekly' | 'monthly' | typeof NOBODY;

interface PostRef {
  readonly postId: string;
  readonly partnerId: string;
}

export interface Post {
  readonly postId: string;
  readonly streamId: string;
  readonly streamName: string;
  readonly title: string;
  readonly network: string;
  /** After this moment there is nothing left to approve. */
  readonly publishAt: Instant;
}

interface UserRef {
  readonly userId: string;
  readonly partnerId: string;
}

/** What a decision about one user's digest answers: a slot of their rhythm, or a request. */
interface Answered extends UserRef {
  readonly slot: { readonly key: string; readonly date: CivilDate };
  readonly requestId?: string | undefined;
}

/** The next "new" for this user begins after the post with the number `upTo`. */
interface DigestRaised extends Answered {
  readonly upTo: number;
}

/** Nothing new was raised for this slot or request, but it has been decided. */
interface SlotDecided extends Answered {
  readonly rule: RuleId;
}

/** A slot for which every recipient has a decision. */
export interface ClosedSlot {
  readonly rhythm: Rhythm;
  readonly date: CivilDate;
  /** When Herald learned of the first post that somebody of this rhythm has yet to be notified of; absent if there is none. */
  readonly waitsSince?: Instant | undefined;
  /** Whether anybody has this rhythm. */
  readonly hasSubscribers: boolean;
}

/** A digest did not reach its reader: what it told is new to them again. */
interface DigestReturned {
  readonly userId: string;
  readonly partnerId: string;
  readonly notificationId: string;
  readonly posts: readonly PostRange[];
  /** The Send Now that it answered, if that is open again. */
  readonly requestId?: string | undefined;
}

interface SlotsClosed {
  readonly partnerId: string;
  readonly slots: readonly ClosedSlot[];
}

type Request = UserRef & { readonly requestId: string };

/** `waits` is false if a later decision on the post was recorded first. */
type Submission = Post & PostRef & { readonly waits?: false };

/** `emptiesQueue`: no other post waits for approval. */
type Settlement = PostRef & { readonly emptiesQueue?: true };

export type ApprovalQueueCommand = { readonly at: Instant } & (
  | { readonly type: 'SubmitPost'; readonly data: Post & PostRef }
  | { readonly type: 'ApprovePost' | 'RejectPost' | 'WithdrawPost'; readonly data: PostRef }
  | { readonly type: 'RequestDigest' | 'ExpireRequest'; readonly data: Request }
  | { readonly type: 'CloseDigest'; readonly data: DigestRaised }
  | { readonly type: 'CloseSlot'; readonly data: SlotDecided }
  | { readonly type: 'CloseRhythms'; readonly data: SlotsClosed }
  | { readonly type: 'ReturnDigest'; readonly data: DigestReturned }
);

export type ApprovalQueueEvent =
  | Fact<'PostAwaitingApproval', Submission>
  | Fact<'PostApproved' | 'PostRejected' | 'PostWithdrawn', Settlement>
  | Fact<'DigestRequested' | 'DigestRequestExpired', Request>
  | Fact<'DigestRaised', DigestRaised>
  | Fact<'SlotDecided', SlotDecided>
  | Fact<'DigestSlotsClosed', SlotsClosed>
  | Fact<'DigestReturned', DigestReturned>;

export interface WaitingPost extends Post {
  /** Its number in the order in which Herald learned of the partner's posts, from 1. */
  readonly number: number;
  readonly submittedAt: Instant;
  readonly learnedAt: Instant;
  readonly cause: Cause;
}

export interface DigestRequest {
  readonly requestId: string;
  readonly userId: string;
  readonly learnedAt: Instant;
  readonly cause: Cause;
}

interface Settled {
  readonly at: Instant;
  readonly learnedAt: Instant;
  readonly publishAt?: Instant;
}

/** How far a user has been notified. */
interface Reader {
  /** The number of the last post that their last digest covered. */
  readonly cursor: number;
  /** The last date of their rhythm that has been decided. */
  readonly decided?: CivilDate;
  /** Posts of digests that did not reach them, and the last time at which some came back. */
  readonly returned?: { readonly posts: readonly PostRange[]; readonly at: Instant };
}

export interface ApprovalQueueState {
  /** How many posts have been submitted so far. */
  readonly submitted: number;
  /** By post. */
  readonly waiting: PersistentMap<WaitingPost>;
  /** By post: decided posts until their publishing time, because their submission may still arrive. */
  readonly settled: PersistentMap<Settled>;
  /** By user. */
  readonly readers: PersistentMap<Reader>;
  /** By user: the Send Now that has not been answered. Pressing again before the answer has no further effect. */
  readonly requests: PersistentMap<DigestRequest>;
  /** For each rhythm, the last date on which every recipient had a decision. */
  readonly closed: Readonly<Partial<Record<Rhythm, CivilDate>>>;
  /** How many more events about posts to fold before published posts are dropped. */
  readonly untilForgetting: number;
}

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
        const { posts, requestId } = command.data;
        const isAnyWaiting = values(state.waiting).some(({ number }) => isIn(posts, number));
        return isAnyWaiting || requestId !== undefined
          ? [{ type: 'DigestReturned', data: command.data, occurredAt }]
          : [];
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

// Nobody waits longer than this for an answer, even if the partner or its solution becomes known later.
const REQUEST_OPEN_FOR = HOUR;

/** When an unanswered Send Now expires. */
export const requestExpiry = (learnedAt: Instant): Instant => plus(learnedAt, REQUEST_OPEN_FOR);

/** The unanswered Send Now of this user, if there is one. */
export const requestOf = ({ requests }: ApprovalQueueState, userId: string): DigestRequest | undefined =>
  get(requests, userId);

/** The last date of this user's rhythm that has been decided. */
export const decidedOf = ({ readers }: ApprovalQueueState, userId: string): CivilDate | undefined =>
  get(readers, userId)?.decided;

const sorted = new WeakMap<PersistentMap<WaitingPost>, readonly WaitingPost[]>();

/** All waiting posts by number. Sorted once and shared by all readers of the same posts. */
const inOrder = ({ waiting }: ApprovalQueueState): readonly WaitingPost[] => {
  const known = sorted.get(waiting);
  if (known) return known;
  const posts = [...values(waiting)].sort((a, b) => a.number - b.number);
  sorted.set(waiting, posts);
  return posts;
};

const living = new WeakMap<
  PersistentMap<WaitingPost>,
  { readonly at: Instant; readonly posts: readonly WaitingPost[] }
>();

/**
 * The posts that wait at `now`, by number, without those past their publishing time. Computed once and shared by all readers of
 * the same posts at the same moment.
 */
export const waitingAt = (state: ApprovalQueueState, now: Instant): readonly WaitingPost[] => {
  const known = living.get(state.waiting);
  if (known?.at === now) return known.posts;
  const posts = inOrder(state).filter(({ publishAt }) => publishAt > now);
  living.set(state.waiting, { at: now, posts });
  return posts;
};

/** The index, in posts sorted by number, of the first one after a number. */
const indexAfter = (posts: readonly WaitingPost[], number: number): number => {
  let [first, end] = [0, posts.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if ((posts[middle]?.number ?? 0) > number) end = middle;
    else first = middle + 1;
  }
  return first;
};

/** Those of posts sorted by number that no digest to this user covers. */
const beyondCursor = (
  userId: string,
  { readers }: ApprovalQueueState,
  posts: readonly WaitingPost[],
): readonly WaitingPost[] => {
  const first = indexAfter(posts, get(readers, userId)?.cursor ?? 0);
  return first === 0 ? posts : posts.slice(first);
};

/** Those of posts sorted by number that came back from digests which did not reach this user. */
const cameBack = (
  userId: string,
  { readers }: ApprovalQueueState,
  posts: readonly WaitingPost[],
): readonly WaitingPost[] =>
  (get(readers, userId)?.returned?.posts ?? []).flatMap(({ from, to }) =>
    posts.slice(indexAfter(posts, from - 1), indexAfter(posts, to)),
  );

/** Those of posts sorted by number that are new to this user: no digest that reached them covers them. */
export const newAmong = (
  userId: string,
  state: ApprovalQueueState,
  posts: readonly WaitingPost[],
): readonly WaitingPost[] => {
  const back = cameBack(userId, state, posts);
  const beyond = beyondCursor(userId, state, posts);
  return back.length === 0 ? beyond : [...back, ...beyond];
};

/** The index, in posts sorted by number, of the first post that is new to this user; the number of posts if none is. */
export const firstNewTo = (
  userId: string,
  { readers }: ApprovalQueueState,
  posts: readonly WaitingPost[],
): number => {
  const reader = get(readers, userId);
  for (const { from, to } of reader?.returned?.posts ?? []) {
    const first = indexAfter(posts, from - 1);
    if ((posts[first]?.number ?? to + 1) <= to) return first;
  }
  return indexAfter(posts, reader?.cursor ?? 0);
};

/** The waiting posts that no digest to this user covers, oldest first. */
export const newTo = (userId: string, state: ApprovalQueueState): readonly WaitingPost[] =>
  beyondCursor(userId, state, inOrder(state));

/** The waiting posts that came back from digests which did not reach this user, oldest first, and the last time when some did. */
export const returnedTo = (
  userId: string,
  state: ApprovalQueueState,
): { readonly posts: readonly WaitingPost[]; readonly at?: Instant } => {
  const returned = get(state.readers, userId)?.returned;
  return returned ? { posts: cameBack(userId, state, inOrder(state)), at: returned.at } : { posts: [] };
};

/** Since when a post that is new to this user has been new to them: it was submitted then, or came back. */
export const newSince = (
  userId: string,
  { readers }: ApprovalQueueState,
  { number, learnedAt }: WaitingPost,
): Instant => {
  const { cursor, returned } = get(readers, userId) ?? { cursor: 0 };
  return latestOf(learnedAt, number <= cursor ? returned?.at : undefined);
};

/** What a digest covers that is raised for this user now: the numbers of all posts that are new to them. */
export const newRanges = (
  userId: string,
  { readers, submitted }: ApprovalQueueState,
): readonly PostRange[] => {
  const { cursor, returned } = get(readers, userId) ?? { cursor: 0 };
  const beyond = cursor < submitted ? [{ from: cursor + 1, to: submitted }] : [];
  return [...(returned?.posts ?? []), ...beyond];
};

/** The queue as it would be if just these posts were new to a user. */
export const withOnlyNew = (
  state: ApprovalQueueState,
  userId: string,
  posts: readonly PostRange[],
): ApprovalQueueState => {
  const reader = { cursor: state.submitted, returned: { posts, at: '' } };
  return { ...state, readers: set(state.readers, userId, { ...get(state.readers, userId), ...reader }) };
};

/** @throws HeraldError `too-many-waiting-posts`. */
const checkRoomForPost = ({ waiting }: ApprovalQueueState, postId: string, at: Instant): void => {
  if (waiting.size < MAX_WAITING_POSTS || get(waiting, postId)) return;
  if (values(waiting).filter(({ publishAt }) => publishAt > at).length < MAX_WAITING_POSTS) return;
  throw new HeraldError(
    'too-many-waiting-posts',
    `The partner already has ${MAX_WAITING_POSTS} posts waiting for approval, which is the limit. Approve, reject or withdraw some of them, then retry.`,
    'postId',
  );
};

/** @throws HeraldError `too-many-send-nows`. */
const checkRoomForRequest = ({ requests }: ApprovalQueueState, userId: string): void => {
  if (requests.size < MAX_OPEN_SEND_NOWS || get(requests, userId)) return;
  throw new HeraldError(
    'too-many-send-nows',
    `The partner already has ${MAX_OPEN_SEND_NOWS} unanswered Send Now requests, which is the limit. Retry in an hour.`,
    'userId',
  );
};

const isAnswered = (state: ApprovalQueueState, { userId, slot, requestId }: Answered): boolean =>
  requestId
    ? requestOf(state, userId)?.requestId !== requestId
    : slot.date <= (decidedOf(state, userId) ?? '');

const answered = (state: ApprovalQueueState, answer: Answered): ApprovalQueueState => {
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
const told = (state: ApprovalQueueState, userId: string, upTo: number): ApprovalQueueState => {
  const { returned: before, ...reader } = get(state.readers, userId) ?? { cursor: 0 };
  const posts = before?.posts.filter(({ to }) => to > upTo) ?? [];
  const left = before && posts.length > 0 ? { returned: { ...before, posts } } : {};
  return keepReader(state, userId, { ...reader, ...left, cursor: upTo });
};

/** After a digest that did not reach its reader. */
const returned = (
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

const requested = (state: ApprovalQueueState, event: Recorded<Fact<string, Request>>): ApprovalQueueState => {
  const { userId, requestId } = event.data;
  if (requestOf(state, userId)) return state;
  const request = { requestId, userId, learnedAt: event.recordedAt, cause: causeOf(event) };
  return { ...state, requests: set(state.requests, userId, request) };
};

const withoutRequest = (
  state: ApprovalQueueState,
  { userId, requestId }: Pick<Request, 'userId' | 'requestId'>,
): ApprovalQueueState =>
  requestOf(state, userId)?.requestId === requestId
    ? { ...state, requests: remove(state.requests, userId) }
    : state;

/** Whether a submission at that moment, which is recorded now, applies: no later decision or submission is known. */
const isToWait = ({ waiting, settled }: ApprovalQueueState, postId: string, at: Instant): boolean => {
  const [decision, known] = [get(settled, postId), get(waiting, postId)];
  return !(decision && decision.at > at) && !(known && known.submittedAt > at);
};

const submitted = (
  before: ApprovalQueueState,
  event: Recorded<Fact<'PostAwaitingApproval', Submission>>,
): ApprovalQueueState => {
  const state = forgetting(before, event.recordedAt);
  const { postId, streamId, streamName, title, network, publishAt } = event.data;
  const at = event.occurredAt;
  const decision = get(state.settled, postId);
  // Older versions recorded that a post does not wait if it had the same time as a decision: its number was never given.
  if (event.data.waits === false || !isToWait(state, postId, at))
    return decision && decision.at >= at
      ? { ...state, settled: set(state.settled, postId, { ...decision, publishAt }) }
      : state;
  const known = get(state.waiting, postId);
  // A published post that gets a future publishing time counts as a new submission: the slots in between were not its slots.
  const isAnew = known && known.publishAt <= event.recordedAt && publishAt > event.recordedAt;
  const place = known && !isAnew ? known : { number: state.submitted + 1, learnedAt: event.recordedAt };
  const post: WaitingPost = {
    ...{ postId, streamId, streamName, title, network, publishAt },
    ...{ number: place.number, submittedAt: at, learnedAt: place.learnedAt, cause: causeOf(event) },
  };
  return {
    ...state,
    submitted: Math.max(state.submitted, post.number),
    waiting: set(state.waiting, postId, post),
    settled: remove(state.settled, postId),
  };
};

const settled = (
  before: ApprovalQueueState,
  postId: string,
  { occurredAt: at, recordedAt }: Recorded<ApprovalQueueEvent>,
): ApprovalQueueState => {
  const state = forgetting(before, recordedAt);
  const post = get(state.waiting, postId);
  if (post && post.submittedAt > at) return state;
  const known = get(state.settled, postId);
  const publishAt = post?.publishAt ?? known?.publishAt;
  const latest: Settled = {
    at: known && known.at > at ? known.at : at,
    learnedAt: recordedAt,
    ...(publishAt ? { publishAt } : {}),
  };
  return {
    ...state,
    waiting: remove(state.waiting, postId),
    settled: set(state.settled, postId, latest),
  };
};

/** Keeps the queue bounded. One scan for every n events over n posts keeps the cost per event constant. */
const forgetting = (before: ApprovalQueueState, now: Instant): ApprovalQueueState => {
  const isFull = before.waiting.size > MAX_WAITING_POSTS;
  if (before.untilForgetting > 1 && !isFull)
    return { ...before, untilForgetting: before.untilForgetting - 1 };
  const earliest = isFull ? now : plus(now, -KEPT_AFTER_PUBLISHING);
  const waiting = filter(before.waiting, ({ publishAt }) => publishAt > earliest);
  const known = filter(
    before.settled,
    ({ publishAt, learnedAt }) => (publishAt ?? plus(learnedAt, KEPT_WITHOUT_SUBMISSION)) > now,
  );
  const settled =
    known.size > MAX_WAITING_POSTS ? withoutOlderHalf(known, ({ learnedAt }) => learnedAt) : known;
  const untilForgetting = Math.max(FORGET_AFTER, waiting.size + settled.size);
  return { ...before, waiting, settled, untilForgetting };
};
