import type { CivilDate } from '../../domain/calendar/calendar.js';
import type { CoverageCounts } from './coverage-counts.js';

/**
 * What the counts say about a date.
 * @param isPart whether further accounts were not examined.
 */
export const coverageSentence = (date: CivilDate, counts: CoverageCounts, isPart: boolean): string => {
  const { expected, decided, raised, withheld } = counts;
  if (expected === 0)
    return isPart ? `So far no decision is expected for ${date}.` : `No decision is expected for ${date}.`;
  const others = restOf(counts);
  return [
    `For ${date}, ${expected} ${expected === 1 ? 'decision is' : 'decisions are'} expected.`,
    ` ${decided} ${isOrAre(decided)} recorded: ${raised} raised, ${withheld} withheld${others}.`,
    ` ${verdictOf(counts, isPart)}`,
  ].join('');
};

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');

const restOf = ({ planned, due, lapsed, coalesced }: CoverageCounts): string =>
  (
    [
      [planned, `${isOrAre(planned)} still to come`],
      [due, `${isOrAre(due)} being decided`],
      [lapsed, 'lost the reason before the decision'],
      [coalesced, `${coalesced === 1 ? 'was' : 'were'} covered by a later digest`],
    ] as const
  )
    .filter(([count]) => count > 0)
    .map(([count, what]) => `; ${count} ${what}`)
    .join('');

const verdictOf = ({ shortfall, missed, decided, planned }: CoverageCounts, isPart: boolean): string => {
  if (shortfall > 0) return `${shortfall} ${isOrAre(shortfall)} missing.`;
  if (missed > 0) return `None is missing, but ${missed} came too late to be sent.`;
  if (decided === 0 && planned > 0) return 'Nothing is late.';
  return isPart ? 'So far nobody was missed.' : 'Nobody was missed.';
};
