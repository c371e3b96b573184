import { HeraldError } from '../kernel/herald-error.js';
import { covers, type Scope } from './scope.js';

/**
 * The solutions that a partner or an account belongs to. One, once it is registered. Before that those of the bound principal
 * that was the first to report on it; none as long as only principals did that are bound to nothing.
 */
export type Owners = readonly string[];

/** Whether a principal may change what belongs to these. What belongs to nobody yet, anybody may claim for their solutions. */
export const mayChange = (scope: Scope, owners: Owners): boolean =>
  scope === 'all' || (scope.length > 0 && owners.every((solutionId) => covers(scope, solutionId)));

/** The refusal of an event about what belongs to others. It does not say to whom. */
export const ownedElsewhere = (): HeraldError =>
  new HeraldError(
    'owned-elsewhere',
    'The event is about something that does not belong to the solutions of this key. Check the ids in its data. A principal that may change both solutions can move it.',
  );
