import type { Instant } from '../kernel/event.js';
import { latestOf } from '../kernel/instant.js';
import { get, set } from '../kernel/persistent-map.js';
import type { PostRange } from './post-ranges.js';
import type { ApprovalQueueState, WaitingPost } from './queue-state.js';
import { inOrder } from './waiting-posts.js';

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
