import { type CoverageCounts, NO_COUNTS, sumOf } from '../../application/coverage/coverage-counts.js';
import type { Shortfall } from '../../application/coverage/coverage-record.js';
import { coverageSentence } from '../../application/coverage/coverage-sentence.js';
import type { CoverageState, CoveredDecision } from '../../application/coverage/covered-decision.js';
import type { Coverage, CoverageGroup } from '../../application/coverage/get-coverage.js';
import type { ShortfallReport } from '../../application/coverage/get-shortfall.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';
import { tableLines } from '../terminal/table.js';
import { say } from '../terminal/terminal.js';

export interface CoverageOptions {
  readonly url: string;
  readonly date?: string;
  readonly solution?: string;
  readonly partner?: string;
  readonly rule?: string;
  /** Lists the decisions behind this count. */
  readonly state?: CoverageState;
  readonly json?: boolean;
}

/** The columns of the table, by the names that `--state` takes. */
const COLUMNS = [
  'expected',
  'raised',
  'withheld',
  'sent',
  'waiting',
  'unknown',
  'undelivered',
  'shortfall',
] as const satisfies readonly CoverageState[];

type OfDate = CoverageOptions & { readonly date: string };

/**
 * Proves that nobody was missed on a date, or shows who was; asks as often as it takes. Without a date: shows what the check of each
 * hour has found missing.
 * @returns the exit code: 1 if a decision is missing, or one was made too late to be sent.
 */
export async function coverage({ date, ...options }: CoverageOptions): Promise<number> {
  if (date === undefined) return shortfall(options);
  return options.state === undefined ? count({ ...options, date }) : list({ ...options, date });
}

/** What selects decisions of a date. */
const OF_DATE = ['solution', 'partner', 'rule', 'state'] as const;

async function shortfall({ url, json, ...options }: CoverageOptions): Promise<number> {
  const given = OF_DATE.find((name) => options[name] !== undefined);
  if (given)
    throw new HeraldError(
      'invalid-option',
      `--${given} selects among the decisions of a date: give --date as well. Without --date everything that is missing is listed.`,
      `--${given}`,
    );
  const report = await new HeraldClient(url).get<ShortfallReport>('/v1/coverage/shortfall');
  const { missing, more, checkedTo = 'never' } = report;
  if (json) say(JSON.stringify(report));
  else
    say(
      ...missing.map(missingLine),
      ...(more > 0 ? [`${more} more are missing.`] : []),
      ...(missing.length + more === 0 ? ['Nothing is missing.'] : []),
      `Checked up to: ${checkedTo}`,
    );
  return missing.length + more > 0 ? 1 : 0;
}

const missingLine = ({ slotAt, rule, partnerId, accountId, notificationId }: Shortfall): string =>
  `${slotAt}  ${rule}  ${accountId === undefined ? partnerId : `${partnerId}/${accountId}`}  ${notificationId}`;

/** The answers to the same question, one after the other, until everything was examined. */
async function* answersTo(options: OfDate): AsyncGenerator<Coverage> {
  const { url, date, solution, partner, rule, state } = options;
  const asked = { date, solution, partner, rule, state, ...(state ? { limit: '200' } : {}) };
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given);
  for (let next: string | null = ''; next !== null; ) {
    if (next !== '') query.set('after', next);
    const answer: Coverage = await new HeraldClient(url).get<Coverage>(`/v1/coverage?${query}`);
    yield answer;
    next = answer.next;
  }
}

async function count(options: OfDate): Promise<number> {
  const groups = new Map<string, CoverageGroup>();
  let parked = 0;
  for await (const answer of answersTo(options)) {
    parked = answer.incomplete?.parked ?? parked;
    for (const group of answer.groups ?? []) {
      const key = JSON.stringify([group.solutionId, group.rule]);
      const counts = sumOf(groups.get(key)?.counts ?? NO_COUNTS, group.counts);
      groups.set(key, { ...group, counts });
    }
  }
  const all = [...groups.values()];
  const counts = all.reduce((sum, group) => sumOf(sum, group.counts), NO_COUNTS);
  const sentence = coverageSentence(options.date, counts, false);
  if (options.json)
    say(JSON.stringify({ date: options.date, sentence, counts, groups: all, incomplete: { parked } }));
  else
    say(
      ...table(all),
      sentence,
      ...reasons(counts),
      ...(parked > 0
        ? [`${parked} documents are parked, so accounts or people may be left out: herald parked list`]
        : []),
    );
  return counts.shortfall + counts.missed > 0 ? 1 : 0;
}

async function* itemsOf(options: OfDate): AsyncGenerator<CoveredDecision> {
  for await (const { items = [] } of answersTo(options)) yield* items;
}

async function list(options: OfDate): Promise<number> {
  const listed = await printItems(itemsOf(options), { json: options.json, lineOf });
  return options.state === 'shortfall' && listed > 0 ? 1 : 0;
}

const table = (groups: readonly CoverageGroup[]): readonly string[] => {
  if (groups.length === 0) return [];
  const rows = groups.map(({ rule, solutionId, counts }) => [
    ...[rule, solutionId],
    ...COLUMNS.map((state) => String(counts[state])),
  ]);
  const lines = [['rule', 'solution', ...COLUMNS], ...rows];
  return [...tableLines(lines, 2), ''];
};

const reasons = ({ withheldBy }: CoverageCounts): readonly string[] =>
  Object.entries(withheldBy).map(([reason, count]) => `  withheld ${reason}: ${count}`);

const lineOf = (one: CoveredDecision): string => {
  const { slotAt, rule, partnerId, accountId, recipientId, recipientName, notificationId } = one;
  const what = one.undecided ?? one.reason ?? one.outcome ?? one.decision ?? '';
  const subject = accountId === undefined ? partnerId : `${partnerId}/${accountId}`;
  return `${slotAt}  ${rule}  ${subject}  ${recipientName} (${recipientId})  ${what}  ${notificationId}`;
};
