import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { Parked } from '../../ports/projection.js';

/** The live documents have a newer version, and only an instance of that version writes them. */
export const newer = (name: string): HeraldError =>
  new HeraldError(
    'projection-newer',
    `The read model ${name} belongs to a newer version of Herald, and only instances of that version write it. Ask one of them, or upgrade this instance. If you went back to the previous release for good, run: herald replay ${name}`,
  );

/** The projection has stopped as a whole. */
export const parkedError = (name: string, { position, reason }: Parked): HeraldError =>
  new HeraldError(
    'projection-parked',
    `The projection ${name} has stopped before the event at ${position}, because too many of its documents are parked: ${reason}. Fix the cause, then run: herald retry ${name}`,
  );

/** Nothing is folded any more, because this instance is shutting down. */
export const ended = (): HeraldError =>
  new HeraldError(
    'projections-stopped',
    'Shutting down: the read models no longer follow the log. Retry on another instance, or after the restart.',
  );

/** @param what does not follow the log: one read model, or all of them. */
export const notFollowing = (what: string, failure: unknown): HeraldError => {
  const error = new HeraldError(
    'projections-stopped',
    `${what} not follow the log; Herald retries automatically: ${messageOf(failure)}`,
  );
  error.cause = failure;
  return error;
};
