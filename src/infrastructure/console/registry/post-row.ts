import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { at } from '../kit/href.js';

/** A post of an approval queue as a row of a list. */
export interface PostRow
  extends Pick<
    PostDocument,
    | 'postId'
    | 'title'
    | 'network'
    | 'streamName'
    | 'status'
    | 'publishAt'
    | 'submittedAt'
    | 'settledAt'
    | 'partnerId'
  > {
  readonly queueHref: string;
  /** It still waits although its publishing time has passed: no mail lists it any more. */
  readonly isPast: boolean;
}

export const postRow = (post: PostDocument, now: Instant): PostRow => {
  const { publishAt, status, partnerId } = post;
  return {
    postId: post.postId,
    title: post.title,
    network: post.network,
    streamName: post.streamName,
    status,
    publishAt,
    submittedAt: post.submittedAt,
    settledAt: post.settledAt,
    partnerId,
    queueHref: at('queues', partnerId),
    isPast: publishAt !== undefined && status === 'waiting' && publishAt <= now,
  };
};
