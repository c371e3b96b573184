import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_SUMMARY_DAYS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, latestOf, plus } from '../../../domain/kernel/instant.js';
import type { WithheldReason } from '../../../domain/rules/shared/reasons.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import { Clock } from '../../ports/clock.js';
import type { CountQuery } from '../../ports/document-store.js';
import {
  COUNTED_FIELDS,
  type HistoryEntry,
  type HistoryOutcome,
  history,
} from '../../read-models/history/history.js';
import type { Incomplete } from '../../read-models/parking/incomplete.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { type HistoryConditions, type HistoryFilter, HistoryFilters } from './history-filter.js';

/** How many decisions of one day had the same result. */
export interface SummaryRow {
  /** The civil date of the decision in UTC. */
  readonly day: string;
  readonly rule: RuleId;
  readonly decision: HistoryEntry['decision'];
  readonly reason?: WithheldReason | undefined;
  readonly outcome: HistoryOutcome;
  readonly count: number;
}

export interface SummaryTotals {
  readonly decisions: number;
  readonly raised: number;
  readonly withheld: number;
  readonly rules: Readonly<Record<string, number>>;
  /** Those of the withheld ones. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Those of the raised ones. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Summary {
  /** Decisions from this moment on are counted. */
  readonly from: Instant;
  /** Decisions before this moment are counted; absent: all up to now. */
  readonly to?: Instant | undefined;
  readonly totals: SummaryTotals;
  /** By day, then by the other fields; none has the count 0. */
  readonly rows: readonly SummaryRow[];
  readonly incomplete?: Incomplete;
}

/** How many decisions a filter matches, by day, rule, decision, reason and outcome. */
export class GetSummary extends Query<Summary> {
  /** @param filter `from` defaults to 30 days, and is at most `MAX_SUMMARY_DAYS` before `to`, or else today. */
  constructor(
    readonly scope: Scope,
    readonly filter: HistoryFilter,
  ) {
    super();
  }
}

/** How many days are counted unless more are asked for. */
const DAYS = 30;

/** How many days are counted at once: an embedded store counts them within one turn of the event loop. */
const DAYS_AT_ONCE = 31;

/**
 * With how many days it begins where an index alone does not have what is asked for, and each decision is looked up. It is then
 * twice as many after each statement that ended within this time, in milliseconds: one partner has few decisions in a year.
 */
const DAYS_LOOKED_UP_FIRST = 7;
const QUICK_MS = 5;

const BY = ['decidedOn', 'rule', 'decision', 'reason', 'outcome'] as const satisfies readonly (
  | keyof SummaryRow
  | 'decidedOn'
)[];

@QueryHandler(GetSummary)
export class GetSummaryHandler implements IQueryHandler<GetSummary> {
  constructor(
    private readonly clock: Clock,
    private readonly filters: HistoryFilters,
    private readonly lists: ScopedLists,
    private readonly incomplete: IncompleteInScope,
  ) {}

  /** @throws HeraldError `invalid-request`, `read-models-rebuilding`, `search-too-broad`. */
  async execute({ scope, filter }: GetSummary): Promise<Summary> {
    const { to } = filter;
    const last = to === undefined ? this.clock.now() : plus(to, -1);
    const daysBack = (days: number) => plus(startOf(last), -(days - 1) * DAY);
    const from =
      filter.from === undefined ? daysBack(DAYS) : latestOf(filter.from, daysBack(MAX_SUMMARY_DAYS));
    const rows = new Map<string, SummaryRow>();
    const conditions = await this.filters.conditions(scope, { ...filter, from });
    const add = async (range: CountQuery['range']): Promise<void> => {
      const query = { where: conditions?.where ?? {}, range, by: BY };
      for (const row of (await this.lists.countBySolution(history, scope, query)).map(rowOf)) {
        const key = keyOf(row);
        rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) });
      }
    };
    if (conditions && isCounted(conditions)) await countDays({ from, to, last }, add);
    else if (conditions)
      await countMoments({ from, to, last }, (decidedAt) => add({ ...conditions.range, decidedAt }));
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    return {
      from,
      ...(to === undefined ? {} : { to }),
      totals: totalsOf(sorted),
      rows: sorted,
      ...(await this.incomplete.of(scope, [history.name])),
    };
  }
}

interface Period {
  readonly from: Instant;
  readonly to: Instant | undefined;
  /** The last moment that is counted. */
  readonly last: Instant;
}

/** Whether the index of the counted fields has all that is asked for. What is filtered by others, such as one partner, is looked up. */
const isCounted = ({ where, range: { decidedAt: _, ...otherRanges } }: HistoryConditions): boolean => {
  const counted: readonly string[] = COUNTED_FIELDS;
  return [...Object.keys(where), ...Object.keys(otherRanges)].every((field) => counted.includes(field));
};

/** Counts a period by whole days. */
async function countDays(
  period: Period,
  count: (range: Required<CountQuery>['range']) => Promise<void>,
): Promise<void> {
  for (const range of dailyRanges(period)) {
    await count(range);
    await nextTurn();
  }
}

/** Counts a period in parts by the time of the decision, larger ones as long as they are quick. */
async function countMoments(
  { from, to, last }: Period,
  count: (decidedAt: { readonly from: Instant; readonly to?: Instant }) => Promise<void>,
): Promise<void> {
  let [start, days] = [from, DAYS_LOOKED_UP_FIRST];
  for (let end = plus(start, days * DAY); end <= last; end = plus(start, days * DAY)) {
    const begun = performance.now();
    await count({ from: start, to: end });
    if (performance.now() - begun < QUICK_MS) days *= 2;
    await nextTurn();
    start = end;
  }
  // Without `to` also what was decided by a clock that is ahead of this one.
  await count({ from: start, ...(to === undefined ? {} : { to }) });
}

/** The parts of a period: those of its first and last day, and the whole days between them. */
function dailyRanges({ from, to, last }: Period): readonly Required<CountQuery>['range'][] {
  const firstDay = startOf(from) === from ? from : plus(startOf(from), DAY);
  const lastDay = to === undefined ? plus(startOf(last), DAY) : startOf(to);
  if (firstDay > lastDay) return [{ decidedAt: { from, ...(to === undefined ? {} : { to }) } }];
  const ranges: Required<CountQuery>['range'][] = [];
  if (from < firstDay) ranges.push({ decidedAt: { from, to: firstDay } });
  for (let day = firstDay; day < lastDay; day = plus(day, DAYS_AT_ONCE * DAY)) {
    const end = plus(day, DAYS_AT_ONCE * DAY);
    ranges.push({ decidedOn: { from: dateOf(day), to: dateOf(end < lastDay ? end : lastDay) } });
  }
  // What was decided when another instance's clock had begun the next day.
  if (to === undefined) ranges.push({ decidedAt: { from: lastDay } });
  else if (lastDay < to) ranges.push({ decidedAt: { from: lastDay, to } });
  return ranges;
}

const dateOf = (instant: Instant): string => instant.slice(0, 10);

const startOf = (instant: Instant): Instant => `${dateOf(instant)}T00:00:00.000Z`;

const rowOf = ({
  values,
  count,
}: {
  readonly values: readonly unknown[];
  readonly count: number;
}): SummaryRow => {
  const [day, rule, decision, reason, outcome] = values as [
    string,
    RuleId,
    SummaryRow['decision'],
    WithheldReason | null,
    HistoryOutcome,
  ];
  return { day, rule, decision, ...(reason === null ? {} : { reason }), outcome, count };
};

const keyOf = ({ day, rule, decision, reason, outcome }: SummaryRow): string =>
  [day, rule, decision, reason ?? '', outcome].join(' ');

const totalsOf = (rows: readonly SummaryRow[]): SummaryTotals => {
  const raised = rows.filter(({ decision }) => decision === 'raised');
  const withheld = rows.filter(({ decision }) => decision === 'withheld');
  return {
    decisions: sum(rows),
    raised: sum(raised),
    withheld: sum(withheld),
    rules: sumBy(rows, ({ rule }) => rule),
    reasons: sumBy(withheld, ({ reason }) => reason ?? ''),
    outcomes: sumBy(raised, ({ outcome }) => outcome),
  };
};

const sum = (rows: readonly SummaryRow[]): number => rows.reduce((total, { count }) => total + count, 0);

const sumBy = (rows: readonly SummaryRow[], nameOf: (row: SummaryRow) => string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[nameOf(row)] = (sums[nameOf(row)] ?? 0) + row.count;
  return sums;
};
