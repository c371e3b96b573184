/** The domains that solutions may use: a `SolutionDomains`. */
export const SOLUTION_DOMAINS = Symbol('SOLUTION_DOMAINS');
