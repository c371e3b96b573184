import type { CivilDate } from '../calendar/calendar.js';
import type { Fact, Instant } from '../kernel/event.js';
import type { RuleId } from '../rules/shared/rule-id.js';
import type { PostRange } from './post-ranges.js';
import type { Post, Rhythm } from './queue-state.js';

export interface PostRef {
  readonly postId: string;
  readonly partnerId: string;
}

interface UserRef {
  readonly userId: string;
  readonly partnerId: string;
}

/** What a decision about one user's digest answers: a slot of their rhythm, or a request. */
export interface Answered extends UserRef {
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
export interface DigestReturned {
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

export type Request = UserRef & { readonly requestId: string };

/** `waits` is false if a later decision on the post was recorded first. */
export type Submission = Post & PostRef & { readonly waits?: false };

/** `emptiesQueue`: no other post waits for approval. */
type Settlement = PostRef & { readonly emptiesQueue?: true };

export type ApprovalQueueCommand = { readonly at: Instant } & (
  | { readonly type: 'SubmitPost'; readonly data: Post & PostRef }
  | { readonly type: 'ApprovePost' | 'RejectPost' | 'WithdrawPost'; readonly data: PostRef }
  | { readonly type: 'RequestDigest' | 'ExpireRequest'; readonly data: Request }
  | { readonly type: 'CloseDigest'; readonly data: DigestRaised }
  | { readonly type: 'CloseSlot'; readonly data: SlotDecided }
  | { readonly type: 'CloseRhythms'; readonly data: SlotsClosed }
  /** `told`: the digest itself, which the queue may not have been told of. */
  | { readonly type: 'ReturnDigest'; readonly data: DigestReturned; readonly told?: DigestRaised | undefined }
);

export type ApprovalQueueEvent =
  | Fact<'PostAwaitingApproval', Submission>
  | Fact<'PostApproved' | 'PostRejected' | 'PostWithdrawn', Settlement>
  | Fact<'DigestRequested' | 'DigestRequestExpired', Request>
  | Fact<'DigestRaised', DigestRaised>
  | Fact<'SlotDecided', SlotDecided>
  | Fact<'DigestSlotsClosed', SlotsClosed>
  | Fact<'DigestReturned', DigestReturned>;
