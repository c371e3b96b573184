import { MAX_WAITING_POSTS } from '../bounds.js';
import { causeOf, type Fact, type Instant, type Recorded } from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { DAY, plus } from '../kernel/instant.js';
import {
  filter,
  get,
  type PersistentMap,
  remove,
  set,
  values,
  withoutOlderHalf,
} from '../kernel/persistent-map.js';
import type { ApprovalQueueEvent, Submission } from './queue-events.js';
import type { ApprovalQueueState, Settled, WaitingPost } from './queue-state.js';

// A published post never needs approval again. It is kept for a while after publication because the digest of a missed slot may
// list it.
const KEPT_AFTER_PUBLISHING = 7 * DAY;

// How long a decision without a submission is kept: the submission may still arrive.
const KEPT_WITHOUT_SUBMISSION = 7 * DAY;

export const FORGET_AFTER = 32;

const sorted = new WeakMap<PersistentMap<WaitingPost>, readonly WaitingPost[]>();

/** All waiting posts by number. Sorted once and shared by all readers of the same posts. */
export const inOrder = ({ waiting }: ApprovalQueueState): readonly WaitingPost[] => {
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

/** @throws HeraldError `too-many-waiting-posts`. */
export const checkRoomForPost = ({ waiting }: ApprovalQueueState, postId: string, at: Instant): void => {
  if (waiting.size < MAX_WAITING_POSTS || get(waiting, postId)) return;
  if (values(waiting).filter(({ publishAt }) => publishAt > at).length < MAX_WAITING_POSTS) return;
  throw new HeraldError(
    'too-many-waiting-posts',
    `The partner already has ${MAX_WAITING_POSTS} posts waiting for approval, which is the limit. Approve, reject or withdraw some of them, then retry.`,
    'postId',
  );
};

/** Whether a submission at that moment, which is recorded now, applies: no later decision or submission is known. */
export const isToWait = ({ waiting, settled }: ApprovalQueueState, postId: string, at: Instant): boolean => {
  const [decision, known] = [get(settled, postId), get(waiting, postId)];
  return !(decision && decision.at > at) && !(known && known.submittedAt > at);
};

export const submitted = (
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

export const settled = (
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
