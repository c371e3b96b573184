import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import { at } from '../kit/href.js';

/** A solution as a row of a list. */
export interface SolutionRow
  extends Pick<SolutionDocument, 'solutionId' | 'name' | 'status' | 'entitled' | 'timeZone' | 'locale'> {
  readonly href: string;
}

export const solutionRow = (solution: SolutionDocument): SolutionRow => ({
  solutionId: solution.solutionId,
  name: solution.name,
  status: solution.status,
  entitled: solution.entitled,
  timeZone: solution.timeZone,
  locale: solution.locale,
  href: at('solutions', solution.solutionId),
});
