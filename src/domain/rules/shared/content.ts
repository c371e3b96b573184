import { newAmong } from '../../approval-queue/new-posts.js';
import type { ApprovalQueueState, WaitingPost } from '../../approval-queue/queue-state.js';
import { waitingAt } from '../../approval-queue/waiting-posts.js';
import { MAX_LISTED_POSTS } from '../../bounds.js';
import type { Instant } from '../../kernel/event.js';
import { type Condition, condition } from './verdict.js';

export interface Content {
  /** Not in an earlier digest to this person, oldest first. */
  readonly fresh: readonly WaitingPost[];
  /** How many posts of earlier digests still wait. */
  readonly older: number;
}

/** What waits for this person now, without posts past their publishing time. */
export const contentFor = (userId: string, queue: ApprovalQueueState, now: Instant): Content => {
  const posts = waitingAt(queue, now);
  const fresh = newAmong(userId, queue, posts);
  return { fresh, older: posts.length - fresh.length };
};

/** The new posts that a mail lists, and how many more there are. */
export const listed = ({ fresh }: Content) => {
  const posts = fresh.slice(0, MAX_LISTED_POSTS);
  return { posts, more: fresh.length - posts.length };
};

/** What waits, as one sentence and as post ids; at most as many as a mail lists. */
export const contentFacts = (content: Content) => {
  const { posts, more } = listed(content);
  return { posts: posts.map(({ postId, title }) => ({ postId, title })), more, older: content.older };
};

/** Whether something new waits for them. */
export const newContentWaits = (name: string, content: Content): Condition => {
  const { fresh, older } = content;
  const olderOnes =
    older === 0 ? '' : `, and ${older} of earlier digests still ${older === 1 ? 'waits' : 'wait'}`;
  return condition(
    'new-content-waits',
    fresh.length > 0,
    [
      `${fresh.length === 1 ? '1 post that is' : `${fresh.length} posts that are`} new to ${name} ${fresh.length === 1 ? 'waits' : 'wait'} for approval${olderOnes}.`,
      `Nothing that is new to ${name} waits for approval${olderOnes}.`,
    ],
    { facts: contentFacts(content) },
  );
};
