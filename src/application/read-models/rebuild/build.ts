import type { Instant } from '../../../domain/kernel/event.js';
import type { Document } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import type { BuildName } from '../engine/read-models.js';

/**
 * `building`: folds the past. `following`: has caught up, and folds new events. `paused`, `failed`: stopped. `swapped`: is or
 * was live. `cancelled`: its documents are dropped.
 */
export type BuildStatus = 'building' | 'following' | 'paused' | 'failed' | 'swapped' | 'cancelled';

/** The progress of a build, or of another reader of the log. Numbers of events are counted, never estimated. */
export interface Progress {
  /** Events that it has read, or passed because of their type; absent where nobody has counted. */
  readonly done?: number | undefined;
  /** How many there are to read; absent where the log cannot count. */
  readonly total?: number | undefined;
  /** How much of the log is behind it, from 0 to 1. */
  readonly share: number;
  /** Recent events per second. */
  readonly rate: number;
  /** Seconds until it has caught up, at that rate; absent while unknown. */
  readonly eta?: number | undefined;
}

/** A rebuild of one projection, beside the live documents. */
export interface Build extends Document {
  readonly name: BuildName;
  readonly status: BuildStatus;
  /** Whether it is swapped in automatically once it has caught up: the live documents have an older version. */
  readonly swapsItself: boolean;
  /** Started after this event of the log, for inspection: it is incomplete, so it is never swapped in. */
  readonly from?: Position | undefined;
  readonly startedAt: Instant;
  readonly progress: Progress;
  /** The event that it cannot fold. */
  readonly failure?: Parked | undefined;
  /** Why nothing is folded at the moment: a store does not answer. It resumes automatically. */
  readonly interruption?: string | undefined;
}

/** Whether the rebuild is active. */
export const isRunning = ({ status }: Pick<Build, 'status'>): boolean =>
  status === 'building' || status === 'following';

/** Whether the rebuild is active or paused: no second one is started beside it. */
export const isUnderWay = (build: Pick<Build, 'status'>): boolean =>
  isRunning(build) || build.status === 'paused';
