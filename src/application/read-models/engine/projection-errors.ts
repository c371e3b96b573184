import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { Parked } from '../../ports/projection.js';

/** Documents of a newer version are live, and only an instance of that version folds into them. */
export const newer = (name: string): HeraldError =>
  new HeraldError(
    'projection-newer',
    `An instance of a newer version of Herald writes ${name}: ask that one, or bring this one to the same version.`,
  );

/** The projection stands still as a whole. */
export const parkedError = (name: string, { position, reason }: Parked): HeraldError =>
  new HeraldError(
    'projection-parked',
    `The projection ${name} stands still before the event at ${position}, because too many of its documents are parked: ${reason}. Mend it, then: herald retry ${name}`,
  );

/** Nothing is folded any more, because this instance ends. */
export const ended = (): HeraldError =>
  new HeraldError(
    'projections-stopped',
    'Herald ends, and its read models no longer follow the log. Ask another, or this one once it runs again.',
  );

/** @param what does not follow the log: one read model, or all of them. */
export const notFollowing = (what: string, failure: unknown): HeraldError => {
  const error = new HeraldError(
    'projections-stopped',
    `${what} not follow the log, and Herald tries again by itself: ${messageOf(failure)}`,
  );
  error.cause = failure;
  return error;
};
