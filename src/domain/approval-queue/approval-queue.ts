import { type Cause, causeOf, type Decider, type Fact, type Instant, type Recorded } from '../fact.js';
import { own } from '../own.js';
import type { CivilDate } from '../time/calendar.js';
import { DAY, plus } from '../time/instant.js';

export type QueueRule = 'content-needs-approval' | 'no-social-media-content';

/** Stands in the place of a user where none wants digests and content waits all the same. */
export const NOBODY = '*';

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
  /** From then on there is nothing to approve. */
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
export interface DigestRaised extends Answered {
  readonly upTo: number;
}

/** Nothing new was raised for this slot or request; it has its decision all the same. */
export interface SlotDecided extends Answered {
  readonly rule: QueueRule;
}

export type ApprovalQueueCommand = { readonly at: Instant } & (
  | { readonly type: 'SubmitPost'; readonly data: Post & PostRef }
  | { readonly type: 'ApprovePost' | 'RejectPost' | 'WithdrawPost'; readonly data: PostRef }
  | { readonly type: 'RequestDigest'; readonly data: UserRef & { readonly requestId: string } }
  | { readonly type: 'CloseDigest'; readonly data: DigestRaised }
  | { readonly type: 'CloseSlot'; readonly data: SlotDecided }
);

export type ApprovalQueueEvent =
  | Fact<'PostAwaitingApproval', Post & PostRef>
  | Fact<'PostApproved' | 'PostRejected' | 'PostWithdrawn', PostRef>
  | Fact<'DigestRequested', UserRef & { readonly requestId: string }>
  | Fact<'DigestRaised', DigestRaised>
  | Fact<'SlotDecided', SlotDecided>;

/** What of a post decides when it is in a digest. */
export interface PostPlace {
  readonly postId: string;
  /** Its number in the order in which Herald learned of the partner's posts, from 1. */
  readonly number: number;
  readonly submittedAt: Instant;
  readonly learnedAt: Instant;
  readonly publishAt: Instant;
}

export interface WaitingPost extends Post, PostPlace {
  readonly cause: Cause;
}

export interface DigestRequest {
  readonly requestId: string;
  readonly userId: string;
  readonly learnedAt: Instant;
  readonly cause: Cause;
}

interface Settled {
  readonly postId: string;
  readonly at: Instant;
  readonly publishAt?: Instant;
}

/**
 * `P`: what is kept of a post that waits. Posts stand in lists and not by id in records: copying a list costs a
 * fraction, and with every event one is copied.
 */
export interface ApprovalQueueState<P extends PostPlace = WaitingPost> {
  /** How many posts were submitted so far. */
  readonly submitted: number;
  /** In the order of their numbers. */
  readonly waiting: readonly P[];
  /** Posts that were decided on, until their publishing time: their submission may still come. */
  readonly settled: readonly Settled[];
  /** By user: up to which post their last digest was raised. */
  readonly cursors: Readonly<Record<string, number>>;
  /** By user: the last date of their rhythm that has its decision. */
  readonly decided: Readonly<Record<string, CivilDate>>;
  readonly requests: readonly DigestRequest[];
}

const EVENT_OF = {
  ApprovePost: 'PostApproved',
  RejectPost: 'PostRejected',
  WithdrawPost: 'PostWithdrawn',
} as const;

/** A partner's Upcoming Posts that wait for approval, and how far each user was told of them. */
export const ApprovalQueue: Decider<ApprovalQueueState, ApprovalQueueCommand, ApprovalQueueEvent> = {
  category: 'approvalQueue',
  initialState: { submitted: 0, waiting: [], settled: [], cursors: {}, decided: {}, requests: [] },
  decide: (command, state) => {
    const occurredAt = command.at;
    switch (command.type) {
      case 'SubmitPost':
        return [{ type: 'PostAwaitingApproval', data: command.data, occurredAt }];
      case 'RequestDigest':
        return [{ type: 'DigestRequested', data: command.data, occurredAt }];
      case 'CloseDigest':
        return isAnswered(state, command.data)
          ? []
          : [{ type: 'DigestRaised', data: command.data, occurredAt }];
      case 'CloseSlot':
        return isAnswered(state, command.data)
          ? []
          : [{ type: 'SlotDecided', data: command.data, occurredAt }];
      default:
        return [{ type: EVENT_OF[command.type], data: command.data, occurredAt }];
    }
  },
  evolve: (state, event) => evolveQueue(state, event, (post) => post),
};

/** The queue after the event, of whose posts only so much is kept as asked for. */
export const evolveQueue = <P extends PostPlace>(
  state: ApprovalQueueState<P>,
  event: Recorded<ApprovalQueueEvent>,
  keep: (post: WaitingPost) => P,
): ApprovalQueueState<P> => {
  switch (event.type) {
    case 'PostAwaitingApproval':
      return submitted(state, event, keep);
    case 'DigestRequested':
      return { ...state, requests: [...state.requests, requestOf(event)] };
    case 'DigestRaised': {
      const { userId, upTo } = event.data;
      return { ...answered(state, event.data), cursors: { ...state.cursors, [userId]: upTo } };
    }
    case 'SlotDecided':
      return answered(state, event.data);
    default:
      return settled(state, event.data.postId, event.occurredAt);
  }
};

/** The posts that this user was not told of in a digest, oldest first. */
export const newTo = <P extends PostPlace>(
  userId: string,
  { waiting, cursors }: ApprovalQueueState<P>,
): P[] => {
  const cursor = own(cursors, userId) ?? 0;
  return waiting.filter(({ number }) => number > cursor);
};

const isAnswered = (state: ApprovalQueueState, { userId, slot, requestId }: Answered): boolean =>
  requestId
    ? !state.requests.some((request) => request.requestId === requestId)
    : slot.date <= (own(state.decided, userId) ?? '');

const answered = <P extends PostPlace>(
  state: ApprovalQueueState<P>,
  { userId, slot, requestId }: Answered,
): ApprovalQueueState<P> =>
  requestId
    ? { ...state, requests: state.requests.filter((request) => request.requestId !== requestId) }
    : { ...state, decided: { ...state.decided, [userId]: slot.date } };

const requestOf = (
  event: Recorded<Fact<'DigestRequested', { readonly requestId: string; readonly userId: string }>>,
): DigestRequest => ({
  requestId: event.data.requestId,
  userId: event.data.userId,
  learnedAt: event.recordedAt,
  cause: causeOf(event),
});

const submitted = <P extends PostPlace>(
  before: ApprovalQueueState<P>,
  event: Recorded<Fact<'PostAwaitingApproval', Post & PostRef>>,
  keep: (post: WaitingPost) => P,
): ApprovalQueueState<P> => {
  const state = forgetPublished(before, event.recordedAt);
  const { postId, streamId, streamName, title, network, publishAt } = event.data;
  const at = event.occurredAt;
  const settled = ofPost(state.settled, postId);
  if (settled && settled.at >= at)
    return { ...state, settled: withPost(state.settled, { ...settled, publishAt }) };
  const known = ofPost(state.waiting, postId);
  if (known && known.submittedAt > at) return state;
  const number = known?.number ?? state.submitted + 1;
  const post: WaitingPost = {
    ...{ postId, streamId, streamName, title, network, publishAt, number },
    submittedAt: at,
    learnedAt: known?.learnedAt ?? event.recordedAt,
    cause: causeOf(event),
  };
  return {
    ...state,
    submitted: Math.max(state.submitted, number),
    waiting: withPost(state.waiting, keep(post)),
    settled: settled ? withoutPost(state.settled, postId) : state.settled,
  };
};

const settled = <P extends PostPlace>(
  state: ApprovalQueueState<P>,
  postId: string,
  at: Instant,
): ApprovalQueueState<P> => {
  const post = ofPost(state.waiting, postId);
  if (post && post.submittedAt > at) return state;
  const known = ofPost(state.settled, postId);
  const publishAt = post?.publishAt ?? known?.publishAt;
  const latest: Settled = {
    postId,
    at: known && known.at > at ? known.at : at,
    ...(publishAt ? { publishAt } : {}),
  };
  return {
    ...state,
    waiting: post ? withoutPost(state.waiting, postId) : state.waiting,
    settled: withPost(state.settled, latest),
  };
};

interface OfPost {
  readonly postId: string;
}

const ofPost = <T extends OfPost>(posts: readonly T[], postId: string): T | undefined =>
  posts.find((post) => post.postId === postId);

/** With this in the place of what was there of its post, or at the end. */
const withPost = <T extends OfPost>(posts: readonly T[], post: T): readonly T[] => {
  const index = posts.findIndex(({ postId }) => postId === post.postId);
  return index === -1 ? [...posts, post] : posts.with(index, post);
};

const withoutPost = <T extends OfPost>(posts: readonly T[], postId: string): readonly T[] =>
  posts.filter((post) => post.postId !== postId);

// A published post never needs approval again. One that waited is kept for a while, because a slot that was missed speaks of it.
const KEPT_AFTER_PUBLISHING = 7 * DAY;

// Looking at all posts with every new one would make a long queue slow.
const FORGET_EVERY = 32;

/** Without this a queue would grow for ever. */
const forgetPublished = <P extends PostPlace>(
  state: ApprovalQueueState<P>,
  now: Instant,
): ApprovalQueueState<P> => {
  if (state.submitted % FORGET_EVERY !== 0) return state;
  return {
    ...state,
    waiting: dropPublished(state.waiting, plus(now, -KEPT_AFTER_PUBLISHING)),
    settled: dropPublished(state.settled, now),
  };
};

const dropPublished = <T extends { readonly publishAt?: Instant }>(
  posts: readonly T[],
  before: Instant,
): readonly T[] => {
  const kept = posts.filter(({ publishAt }) => publishAt === undefined || publishAt > before);
  return kept.length === posts.length ? posts : kept;
};
