import type { CivilDate } from '../calendar/calendar.js';
import type { Cause, Instant } from '../kernel/event.js';
import type { PersistentMap } from '../kernel/persistent-map.js';
import type { PostRange } from './post-ranges.js';

/** Stands for a user where nobody wants digests and content waits all the same. */
export const NOBODY = '*';

/** Digests of one partner that share their slots, by frequency; `*` stands for Mondays where nobody wants digests. */
export type Rhythm = 'daily' | 'weekly' | 'monthly' | typeof NOBODY;

export interface Post {
  readonly postId: string;
  readonly streamId: string;
  readonly streamName: string;
  readonly title: string;
  readonly network: string;
  /** After this moment there is nothing left to approve. */
  readonly publishAt: Instant;
}

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

export interface Settled {
  readonly at: Instant;
  readonly learnedAt: Instant;
  readonly publishAt?: Instant;
}

/** How far a user has been notified. */
export interface Reader {
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
