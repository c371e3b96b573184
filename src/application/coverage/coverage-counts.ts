import { COVERAGE_STATES, type CoverageState, type CoveredDecision, statesOf } from './covered-decision.js';

/** How many expected decisions are in each state; withheld ones by reason, and raised ones by outcome. */
export type CoverageCounts = Readonly<Record<CoverageState, number>> & {
  readonly withheldBy: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
};

/** Counts of nothing. */
export const NO_COUNTS: CoverageCounts = {
  ...(Object.fromEntries(COVERAGE_STATES.map((state) => [state, 0])) as Record<CoverageState, number>),
  withheldBy: {},
  outcomes: {},
};

/** The counts after one more decision. */
export const counted = (counts: CoverageCounts, decision: CoveredDecision): CoverageCounts => {
  const more = Object.fromEntries(statesOf(decision).map((state) => [state, counts[state] + 1]));
  const { reason, outcome } = decision;
  return {
    ...counts,
    ...more,
    withheldBy: reason ? plusOne(counts.withheldBy, reason) : counts.withheldBy,
    outcomes: outcome && !reason ? plusOne(counts.outcomes, outcome) : counts.outcomes,
  };
};

/** The sum of two counts. */
export const sumOf = (a: CoverageCounts, b: CoverageCounts): CoverageCounts => ({
  ...(Object.fromEntries(COVERAGE_STATES.map((state) => [state, a[state] + b[state]])) as Record<
    CoverageState,
    number
  >),
  withheldBy: merged(a.withheldBy, b.withheldBy),
  outcomes: merged(a.outcomes, b.outcomes),
});

const plusOne = (counts: Readonly<Record<string, number>>, key: string) => merged(counts, { [key]: 1 });

const merged = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .sort()
      .map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]),
  );
