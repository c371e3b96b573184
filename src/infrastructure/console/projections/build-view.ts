import { type Build, isRunning, isUnderWay } from '../../../application/read-models/rebuild/build.js';
import { eventsRead, percentOf } from '../../../application/read-models/rebuild/describe-progress.js';
import { duration } from '../kit/format.js';

/** A rebuild as the pages show it. */
export interface BuildView
  extends Pick<Build, 'id' | 'status' | 'startedAt' | 'interruption' | 'swapsItself'> {
  /** How many events were read, of how many if that is known; undefined if nobody has counted. */
  readonly events: string | undefined;
  /** From 0 to 100. */
  readonly percent: number;
  /** Events per second; undefined while nothing is folded. */
  readonly rate: number | undefined;
  /** How long it will take, in words. */
  readonly eta: string | undefined;
  readonly isUnderWay: boolean;
  /** It began after an event, so it is for inspection only. */
  readonly from: string | undefined;
  readonly failure: Build['failure'];
  readonly canPause: boolean;
  readonly canResume: boolean;
  readonly canCompare: boolean;
  readonly canSwap: boolean;
  readonly canCancel: boolean;
  readonly canStart: boolean;
}

/** What can be done with a rebuild is what the commands take in its state. */
export const buildView = (build: Build): BuildView => {
  const { id, status, startedAt, interruption, swapsItself, from, failure, progress } = build;
  const { done, total, share, rate, eta } = progress;
  const isOver = status === 'swapped' || status === 'cancelled';
  return {
    ...{ id, status, startedAt, interruption, swapsItself, from, failure },
    events: done === undefined ? undefined : eventsRead(done, total),
    percent: percentOf(share),
    rate: isRunning(build) ? Math.round(rate) : undefined,
    eta: status === 'building' && eta !== undefined ? duration(eta) : undefined,
    isUnderWay: isUnderWay(build) || status === 'failed',
    canPause: isRunning(build),
    canResume: status === 'paused' || status === 'failed',
    canCompare: status === 'following' || status === 'paused',
    canSwap: status === 'following' && from === undefined,
    canCancel: !isOver,
    canStart: !isUnderWay(build),
  };
};
