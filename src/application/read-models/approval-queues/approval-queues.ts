import type { Post } from '../../../domain/approval-queue/queue-state.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body, Projection } from '../../ports/projection.js';

type PostStatus = 'waiting' | 'approved' | 'rejected' | 'withdrawn';

/** One post of a partner's queue, as recorded in the log. */
export interface PostDocument extends Document {
  readonly partnerId: string;
  readonly postId: string;
  readonly status: PostStatus;
  readonly streamId?: string | undefined;
  readonly streamName?: string | undefined;
  readonly title?: string | undefined;
  readonly network?: string | undefined;
  readonly publishAt?: Instant | undefined;
  readonly submittedAt?: Instant | undefined;
  readonly settledAt?: Instant | undefined;
}

const SETTLED: Readonly<Record<string, PostStatus>> = {
  PostApproved: 'approved',
  PostRejected: 'rejected',
  PostWithdrawn: 'withdrawn',
};

/** The approval queues of all partners, post by post. */
export const approvalQueues: Projection<PostDocument> = {
  name: 'approval-queues',
  version: 5,
  handles: ['PostAwaitingApproval', ...Object.keys(SETTLED)],
  indexes: [['partnerId'], ['status'], ['partnerId', 'publishAt'], ['status', 'publishAt']],
  target: (event) => ({ ids: [`${partsOf(event.stream).id}/${event.data.postId}`] }),
  evolve: (post, event, id) => {
    const known = post ?? {
      id,
      partnerId: partsOf(event.stream).id,
      postId: String(event.data.postId),
      status: 'waiting',
    };
    return event.type === 'PostAwaitingApproval' ? submitted(known, event) : settled(known, event);
  },
};

/** Like the aggregate: a post submitted again after a decision waits again, and the later submission counts. */
const submitted = (post: Body<PostDocument>, event: StoredEvent): Body<PostDocument> => {
  const submittedAt = event.metadata.occurredAt;
  if (post.submittedAt !== undefined && post.submittedAt > submittedAt) return post;
  const { streamId, streamName, title, network, publishAt } = event.data as unknown as Post;
  const isSettled = event.data.waits === false || (post.settledAt ?? '') > submittedAt;
  return {
    ...post,
    ...{ streamId, streamName, title, network, publishAt, submittedAt },
    status: isSettled ? post.status : 'waiting',
  };
};

const settled = (post: Body<PostDocument>, { type, metadata }: StoredEvent): Body<PostDocument> => {
  const settledAt = metadata.occurredAt;
  if ((post.submittedAt ?? '') > settledAt || (post.settledAt ?? '') > settledAt) return post;
  return { ...post, settledAt, status: SETTLED[type] ?? post.status };
};
