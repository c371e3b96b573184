import type { Summary } from '../../../application/audit/history/get-summary.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type Tone, toneOf, words } from '../kit/words.js';
import type { HistoryPageFilters } from './history-filters.js';

/** How many decisions have a value, with a link to these. */
interface Count {
  readonly label: string;
  readonly count: number;
  readonly href: string;
  readonly tone: Tone;
}

/** What the view `history-counts` shows. */
export interface CountsPage extends PageModel {
  readonly total: number;
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly groups: readonly { readonly label: string; readonly counts: readonly Count[] }[];
  readonly back: string;
}

const PATH = at('history');

/** The page of how many decisions the filters match. */
export const countsPage = (filters: HistoryPageFilters, { from, to, totals }: Summary): CountsPage => {
  const group = (
    label: string,
    field: keyof HistoryPageFilters,
    counts: Readonly<Record<string, number>>,
  ) => ({
    label,
    counts: Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([value, count]) => ({
        ...{ label: words(value), count, tone: field === 'outcome' ? toneOf(value) : '' },
        href: href(PATH, { ...filters, [field]: value }),
      })),
  });
  return {
    title: 'How many decisions',
    total: totals.decisions,
    ...{ from, to },
    groups: [
      group('Raised', 'outcome', totals.outcomes),
      group('Withheld', 'reason', totals.reasons),
      group('About', 'rule', totals.rules),
    ].filter(({ counts }) => counts.length > 0),
    back: href(PATH, filters),
  };
};
