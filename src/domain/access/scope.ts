/** The solutions that a principal is bound to, or `all`. Of the others it sees and changes nothing. */
export type Scope = 'all' | Bound;

/** The scope of a principal that is bound to solutions. */
export type Bound = readonly string[];

/** Whether the scope covers a solution. What belongs to no known solution is covered by `all` alone. */
export const covers = (scope: Scope, solutionId: string | undefined): boolean =>
  scope === 'all' || (solutionId !== undefined && scope.includes(solutionId));

/** Whether a scope covers nothing that the outer one does not cover. */
export const isWithin = (scope: Scope, outer: Scope): boolean =>
  outer === 'all' || (scope !== 'all' && scope.every((solutionId) => outer.includes(solutionId)));
