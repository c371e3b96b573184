import type { Instant } from '../../../domain/kernel/event.js';
import type { Document } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import type { BuildName } from '../engine/read-models.js';

/**
 * `building`: folds what was. `following`: has caught up, and folds what comes. `paused`, `failed`: stands still.
 * `swapped`: answers, or has answered. `cancelled`: its documents are gone.
 */
export type BuildStatus = 'building' | 'following' | 'paused' | 'failed' | 'swapped' | 'cancelled';

/** How far a build is. */
export interface Progress {
  /** Events of the log that are behind it. */
  readonly done: number;
  readonly total: number;
  /** Events per second, lately. */
  readonly rate: number;
  /** Seconds until it has caught up, at that rate; absent while it is not known. */
  readonly eta?: number | undefined;
}

/** A rebuild of one projection, beside the documents that answer. */
export interface Build extends Document {
  readonly name: BuildName;
  readonly status: BuildStatus;
  /** Swapped by itself once it has caught up: the documents that answer are of an older version. */
  readonly swapsItself: boolean;
  /** Begun behind this event of the log, to look at: not all is in it, so it is never swapped. */
  readonly from?: Position | undefined;
  readonly startedAt: Instant;
  readonly progress: Progress;
  /** The event that it cannot fold. */
  readonly failure?: Parked | undefined;
  /** Why nothing is folded at the moment: a store that does not answer. It goes on by itself. */
  readonly interruption?: string | undefined;
}

/** Whether work is under way for it. */
export const isRunning = ({ status }: Pick<Build, 'status'>): boolean =>
  status === 'building' || status === 'following';
