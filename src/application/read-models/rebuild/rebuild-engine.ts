import type { Collection } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import type { BuildName } from '../engine/read-models.js';
import type { Progress } from './build.js';
import type { Comparison } from './compare.js';

/** An engine's report about a build. */
export interface EngineReport {
  readonly id: string;
  readonly status: 'building' | 'following' | 'failed';
  readonly progress: Progress;
  readonly failure?: Parked | undefined;
  readonly interruption?: string | undefined;
}

/** Executes rebuilds outside the main thread, so that the API stays responsive. */
export abstract class RebuildEngine {
  /** Reports every active build several times a second. One listener. */
  abstract listen(listener: (report: EngineReport) => void): void;

  /** Starts a build, after `from` if given, or resumes it from its documents. */
  abstract start(name: BuildName, from?: Position): Promise<void>;

  /** Stops the work on a build after the current batch; its documents stay. */
  abstract stop(name: BuildName): Promise<void>;

  /** Compares two sets of documents. */
  abstract compare(live: Collection, rebuilt: Collection, samples: number): Promise<Comparison>;

  abstract close(): Promise<void>;
}
