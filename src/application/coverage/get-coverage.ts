import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { covers, type Scope } from '../../domain/access/scope.js';
import {
  MAX_COVERAGE_DAYS_AHEAD,
  MAX_COVERAGE_GROUPS,
  MAX_COVERAGE_SUBJECTS,
  MAX_COVERAGE_SUBJECTS_AT_ONCE,
} from '../../domain/bounds.js';
import type { CivilDate, Slot } from '../../domain/calendar/calendar.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { DAY, earliestOf, fromMillis, HOUR, plus } from '../../domain/kernel/instant.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { Clock } from '../ports/clock.js';
import { accountPartners } from '../read-models/account-partners/account-partners.js';
import { approvalQueues } from '../read-models/approval-queues/approval-queues.js';
import { history } from '../read-models/history/history.js';
import type { Incomplete } from '../read-models/parking/incomplete.js';
import { people } from '../read-models/people/people.js';
import { socialAccounts } from '../read-models/social-accounts/social-accounts.js';
import { AccountsOfPartner } from '../tenancy/accounts-of-partner.js';
import { IncompleteInScope } from '../tenancy/incomplete-in-scope.js';
import { type CoverageCounts, counted, NO_COUNTS, sumOf } from './coverage-counts.js';
import { type CoveragePlace, cursorOf, placeOf } from './coverage-cursor.js';
import { CoverageExaminer } from './coverage-examiner.js';
import { coverageSentence } from './coverage-sentence.js';
import { type CoverageState, type CoveredDecision, statesOf } from './covered-decision.js';
import { CoveredPartners } from './covered-partners.js';
import type { CoveredSubject, Period } from './expected-decisions.js';

/** What only whoever asks by the API can do about it. */
const IS_PART = 'This is a part of the answer: continue with `next`.';

/** The counts of one rule in one solution. */
export interface CoverageGroup {
  readonly solutionId: string;
  readonly rule: RuleId;
  readonly counts: CoverageCounts;
}

/** Who had to be notified at the slots of one civil date, and what became of it. */
export interface Coverage {
  readonly date: CivilDate;
  readonly now: Instant;
  readonly sentence?: string;
  /** Of all examined subjects; absent where names are listed. */
  readonly counts?: CoverageCounts;
  readonly groups?: readonly CoverageGroup[];
  /** The decisions in the state that was asked for. */
  readonly items?: readonly CoveredDecision[];
  /** Null: everything was examined. */
  readonly next: string | null;
  readonly incomplete?: Incomplete;
}

export interface CoverageQuestion {
  readonly date: CivilDate;
  readonly solutionId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly rule?: RuleId | undefined;
  /** Lists the decisions in this state instead of counting. */
  readonly state?: CoverageState | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
  /** How long subjects are examined, in milliseconds; the rest is left to the next answer. Default: as long as it takes. */
  readonly withinMs?: number | undefined;
}

/** Who had to be notified at the slots of one civil date, each in the zone of its partner. */
export class GetCoverage extends Query<Coverage> {
  constructor(
    readonly scope: Scope,
    readonly asked: CoverageQuestion,
  ) {
    super();
  }
}

@QueryHandler(GetCoverage)
export class GetCoverageHandler implements IQueryHandler<GetCoverage> {
  constructor(
    private readonly partners: CoveredPartners,
    private readonly accounts: AccountsOfPartner,
    private readonly examiner: CoverageExaminer,
    private readonly incomplete: IncompleteInScope,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `invalid-request` for a date too far ahead, `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, asked }: GetCoverage): Promise<Coverage> {
    const now = this.clock.now();
    if (asked.date > plus(now, MAX_COVERAGE_DAYS_AHEAD * DAY))
      throw new HeraldError(
        'invalid-request',
        `It is ${now}: ask for a date at most ${MAX_COVERAGE_DAYS_AHEAD} days ahead.`,
        'date',
      );
    const answer = new Answer(scope, asked);
    const expected = this.examiner.expectedIn(periodOf(asked.date, now));
    const start = asked.after === undefined ? undefined : placeOf(asked.after);
    const end = performance.now() + (asked.withinMs ?? Number.POSITIVE_INFINITY);
    let partnerId: string | undefined;
    for await (const subjects of this.#subjects(scope, asked, start)) {
      if (subjects[0]?.partnerId !== partnerId) expected.forget();
      partnerId = subjects[0]?.partnerId;
      const all = await Promise.all(subjects.map((subject) => this.examiner.examine(expected, subject, now)));
      for (const [n, subject] of subjects.entries()) answer.add(subject, all[n] ?? [], start);
      if (performance.now() > end) answer.endAfter(subjects.at(-1));
      if (answer.isFull) break;
      // Other work gets its turn.
      await nextTurn();
    }
    const names = [people.name, socialAccounts.name, accountPartners.name, approvalQueues.name, history.name];
    return { date: asked.date, now, ...answer.result(), ...(await this.incomplete.of(scope, names)) };
  }

  /** Queues and accounts, those of one partner together, from a place on; a few at a time. */
  async *#subjects(
    scope: Scope,
    { partnerId: only, rule }: CoverageQuestion,
    start: CoveragePlace | undefined,
  ): AsyncGenerator<readonly CoveredSubject[]> {
    const kind = rule === undefined ? undefined : definitionOf(rule).subject;
    for await (const of of this.#partners(scope, only, start?.subject.partnerId)) {
      const accounts = kind === 'approvalQueue' ? [] : await this.accounts.ever(of);
      const subjects: CoveredSubject[] = [
        ...(kind === 'socialAccount' ? [] : [{ partnerId: of }]),
        ...accounts.map((accountId) => ({ partnerId: of, accountId })),
      ].filter((subject) => !isBefore(subject, start));
      for (let n = 0; n < subjects.length; n += MAX_COVERAGE_SUBJECTS_AT_ONCE)
        yield subjects.slice(n, n + MAX_COVERAGE_SUBJECTS_AT_ONCE);
    }
  }

  /** The partners to examine that the scope covers, in order, from one on. */
  async *#partners(scope: Scope, only: string | undefined, from: string | undefined): AsyncGenerator<string> {
    const first = from ?? only;
    if (first !== undefined && (await this.partners.covers(scope, first))) yield first;
    if (only !== undefined) return;
    let partnerId = await this.partners.next(scope, from);
    while (partnerId !== undefined) {
      yield partnerId;
      partnerId = await this.partners.next(scope, partnerId);
    }
  }
}

/** Whether an earlier answer has examined it completely. */
const isBefore = (
  { partnerId, accountId = '' }: CoveredSubject,
  start: CoveragePlace | undefined,
): boolean => {
  if (!start || start.subject.partnerId !== partnerId) return false;
  const { accountId: last = '' } = start.subject;
  return start.listed === undefined ? accountId <= last : accountId < last;
};

/** A civil date begins in the zone UTC+14 first, and ends in UTC-12 last. */
const EARLIEST_ZONE_MS = 14 * HOUR;
const LATEST_ZONE_MS = 12 * HOUR;

/** All slots of a civil date, in every zone. What is to come is decided from now on. */
const periodOf = (date: CivilDate, now: Instant): Period => {
  const midnight = fromMillis(Date.parse(date));
  return {
    from: earliestOf(plus(midnight, -EARLIEST_ZONE_MS), now) ?? now,
    to: plus(midnight, DAY + LATEST_ZONE_MS),
    includes: (slot: Slot) => slot.date === date,
  };
};

/** Counts or lists decisions, up to the bounds of one answer. */
class Answer {
  readonly #groups = new Map<string, CoverageGroup>();
  readonly #items: CoveredDecision[] = [];
  #examined = 0;
  #next: CoveragePlace | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly asked: CoverageQuestion,
  ) {}

  /** Whether a bound is reached; what is added then is left to the next answer. */
  get isFull(): boolean {
    return this.#next !== undefined;
  }

  add(
    subject: CoveredSubject,
    decisions: readonly CoveredDecision[],
    start: CoveragePlace | undefined,
  ): void {
    if (this.isFull) return;
    const { state, rule, solutionId } = this.asked;
    const mine = decisions.filter(
      (one) =>
        covers(this.scope, one.solutionId) &&
        (rule === undefined || one.rule === rule) &&
        (solutionId === undefined || one.solutionId === solutionId) &&
        (state === undefined || statesOf(one).includes(state)),
    );
    if (state === undefined) for (const one of mine) this.#count(one);
    else this.#list(subject, mine, isSame(subject, start?.subject) ? (start?.listed ?? 0) : 0);
    this.#examined += 1;
    const isFull = this.#examined >= MAX_COVERAGE_SUBJECTS || this.#groups.size >= MAX_COVERAGE_GROUPS;
    if (isFull) this.#next ??= { subject };
  }

  /** Leaves what comes after a subject to the next answer. */
  endAfter(subject: CoveredSubject | undefined): void {
    if (subject) this.#next ??= { subject };
  }

  result(): Pick<Coverage, 'sentence' | 'counts' | 'groups' | 'items' | 'next'> {
    const next = this.#next ? cursorOf(this.#next) : null;
    if (this.asked.state !== undefined) return { items: this.#items, next };
    const groups = [...this.#groups.values()];
    const counts = groups.reduce((sum, group) => sumOf(sum, group.counts), NO_COUNTS);
    const sentence = coverageSentence(this.asked.date, counts, this.isFull);
    return { sentence: this.isFull ? `${sentence} ${IS_PART}` : sentence, counts, groups, next };
  }

  #count(decision: CoveredDecision): void {
    const { solutionId, rule } = decision;
    const key = JSON.stringify([solutionId, rule]);
    const counts = counted(this.#groups.get(key)?.counts ?? NO_COUNTS, decision);
    this.#groups.set(key, { solutionId, rule, counts });
  }

  #list(subject: CoveredSubject, decisions: readonly CoveredDecision[], skip: number): void {
    const room = this.asked.limit - this.#items.length;
    const listed = decisions.slice(skip, skip + room);
    this.#items.push(...listed);
    if (decisions.length - skip >= room) this.#next = { subject, listed: skip + listed.length };
  }
}

const isSame = (a: CoveredSubject, b: CoveredSubject | undefined): boolean =>
  a.partnerId === b?.partnerId && a.accountId === b.accountId;
