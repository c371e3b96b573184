import type { Collection } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import type { BuildName } from '../engine/read-models.js';
import type { Progress } from './build.js';
import type { Comparison } from './compare.js';

/** What an engine tells of a build. */
export interface EngineReport {
  readonly id: string;
  readonly status: 'building' | 'following' | 'failed';
  readonly progress: Progress;
  readonly failure?: Parked | undefined;
  readonly interruption?: string | undefined;
}

/** Does the work of replays: somewhere else, so that the API goes on answering. */
export abstract class RebuildEngine {
  /** Tells of every build that is under way, several times a second. One listener. */
  abstract listen(listener: (report: EngineReport) => void): void;

  /** Begins a build, behind `from` if that is given, or goes on with it from where its documents are. */
  abstract start(name: BuildName, from?: Position): Promise<void>;

  /** Ends the work on a build after the batch that is under way; its documents stay. */
  abstract stop(name: BuildName): Promise<void>;

  /** Compares two sets of documents. */
  abstract compare(live: Collection, rebuilt: Collection, samples: number): Promise<Comparison>;

  abstract close(): Promise<void>;
}
