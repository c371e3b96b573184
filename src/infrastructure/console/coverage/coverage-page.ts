import type * as z from 'zod';
import { coverageSentence } from '../../../application/coverage/coverage-sentence.js';
import {
  COVERAGE_STATES,
  type CoverageState,
  type CoveredDecision,
} from '../../../application/coverage/covered-decision.js';
import type { Coverage, CoverageGroup } from '../../../application/coverage/get-coverage.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { RULE_IDS } from '../../../domain/rules/notifications.js';
import { isPerson } from '../../../domain/rules/shared/sentinels.js';
import type { coverageQuery } from '../../http/query-schemas.js';
import { longDate } from '../kit/format.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { optionsOf, type Tone, toneOf, words } from '../kit/words.js';
import { STATE_WORDS } from './coverage-states.js';

type CoverageFilters = z.output<typeof coverageQuery> & { readonly whole?: 'yes' | undefined };

/** How many expected decisions are in one state. */
interface StateRow {
  readonly label: string;
  readonly means: string;
  readonly count: number;
  readonly tone: Tone;
  /** Their names; undefined if there are none. */
  readonly href: string | undefined;
}

interface GroupRow extends CoverageGroup {
  readonly missing: number;
  readonly href: string;
}

interface NamedRow extends CoveredDecision {
  /** Its outcome, or why there is no decision. */
  readonly badge: { readonly label: string; readonly tone: Tone };
  readonly personHref: string | undefined;
  readonly partnerHref: string;
  /** Undefined if there is none. */
  readonly notificationHref: string | undefined;
  /** The later one that covers it, or why there is none. */
  readonly instead: { readonly label: string; readonly href: string } | undefined;
}

/** What the view `coverage` shows. */
export interface CoveragePage extends PageModel {
  readonly filters: CoverageFilters;
  readonly rules: ReturnType<typeof optionsOf>;
  readonly before: { readonly date: CivilDate; readonly href: string };
  readonly after: { readonly date: CivilDate; readonly href: string };
  readonly sentence: string | undefined;
  readonly states: readonly StateRow[] | undefined;
  readonly groups: readonly GroupRow[] | undefined;
  /** The decisions behind one count. */
  readonly listed:
    | { readonly label: string; readonly means: string; readonly rows: readonly NamedRow[] }
    | undefined;
  /** All counts of the date. */
  readonly countsHref: string;
  readonly parked: number | undefined;
  /** The same page with all that it may have; undefined if it has that already. */
  readonly whole: string | undefined;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('coverage');

/** These are shown even if there are none. */
const ALWAYS = new Set<CoverageState>([
  'expected',
  'decided',
  'raised',
  'withheld',
  'delivered',
  'shortfall',
]);

/** The page about one date: counts, or the names behind one of them. */
export const coveragePage = (filters: CoverageFilters, answer: Coverage): CoveragePage => {
  const { after, limit, state, whole, ...kept } = filters;
  const isPart = whole === undefined && answer.next !== null && !isFull(answer, limit);
  const to = (changes: Partial<CoverageFilters>): string => href(PATH, { ...kept, ...changes });
  const day = (days: number) => {
    const date = plus(`${filters.date}T00:00:00.000Z`, days * DAY).slice(0, 10);
    return { date, href: to({ date, state }) };
  };
  return {
    title: `Coverage of ${longDate(filters.date)}`,
    filters,
    rules: optionsOf(RULE_IDS, filters.rule),
    before: day(-1),
    after: day(1),
    sentence: answer.counts && coverageSentence(filters.date, answer.counts, answer.next !== null),
    states: answer.counts && COVERAGE_STATES.flatMap((one) => stateRow(one, answer.counts?.[one] ?? 0, to)),
    groups: answer.groups?.map((group) => groupRow(group, to)),
    listed:
      state === undefined || answer.items === undefined
        ? undefined
        : { ...STATE_WORDS[state], rows: answer.items.map((item) => namedRow(item, answer.now)) },
    countsHref: to({}),
    parked: answer.incomplete?.parked,
    whole: isPart ? to({ state, limit: state && limit, after, whole: 'yes' }) : undefined,
    next: answer.next === null || isPart ? undefined : to({ state, after: answer.next }),
    first: after === undefined ? undefined : to({ state }),
  };
};

/** Whether a list has as many names as were asked for. */
const isFull = ({ items }: Coverage, limit: number): boolean => items !== undefined && items.length >= limit;

type Link = (changes: Partial<CoverageFilters>) => string;

const stateRow = (state: CoverageState, count: number, to: Link): readonly StateRow[] => {
  if (count === 0 && !ALWAYS.has(state)) return [];
  const { label, means, tone = '' } = STATE_WORDS[state];
  const isThere = count > 0;
  return [{ label, means, count, tone: isThere ? tone : '', href: isThere ? to({ state }) : undefined }];
};

const groupRow = (group: CoverageGroup, to: Link): GroupRow => ({
  ...group,
  missing: group.counts.shortfall,
  href: to({ solution: group.solutionId, rule: group.rule }),
});

const namedRow = (decision: CoveredDecision, now: Instant): NamedRow => {
  const { recipientId, partnerId } = decision;
  return {
    ...decision,
    badge: badgeOf(decision),
    personHref: isPerson(recipientId) ? href(at('people', recipientId), { partner: partnerId }) : undefined,
    partnerHref: at('partners', partnerId),
    notificationHref: decision.undecided ? undefined : at('notifications', decision.notificationId),
    instead: insteadOf(decision, now),
  };
};

const badgeOf = ({ undecided, outcome = 'withheld' }: CoveredDecision): NamedRow['badge'] => {
  if (undecided === undefined) return { label: words(outcome), tone: toneOf(outcome) };
  const { label, tone = '' } = STATE_WORDS[undecided];
  return { label, tone };
};

const insteadOf = (decision: CoveredDecision, now: Instant): NamedRow['instead'] => {
  const { coveredBy, undecided, recipientId, partnerId, rule, accountId, slotAt } = decision;
  if (coveredBy !== undefined) return { label: 'Later digest', href: at('notifications', coveredBy) };
  if (undecided === undefined || !isPerson(recipientId)) return undefined;
  // Nobody is asked about a moment that is still to come.
  const moment = slotAt > now ? undefined : slotAt;
  const question = { person: recipientId, rule, partner: partnerId, account: accountId, at: moment };
  return { label: 'Why not?', href: href(at('why-not'), question) };
};
