import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MAX_COVERAGE_DAYS, MAX_LISTED_SHORTFALL, MAX_SUBJECTS_PER_LOOK } from '../../domain/bounds.js';
import { daily, firstSlot } from '../../domain/calendar/calendar.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, fromMillis, HOUR, latestOf, plus, toMillis } from '../../domain/kernel/instant.js';
import { Partner } from '../../domain/partner/partner.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import { Solution } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Leases } from '../leases/leases.js';
import { Clock } from '../ports/clock.js';
import { Metrics } from '../ports/metrics.js';
import { agenda } from '../read-models/agenda/agenda.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { Projections } from '../read-models/engine/projections.js';
import { AccountsOfPartner } from '../tenancy/accounts-of-partner.js';
import { CoverageExaminer } from './coverage-examiner.js';
import { CoverageRecord, type CoverageState, type Shortfall, type Sweep } from './coverage-record.js';
import { CoveredPartners } from './covered-partners.js';
import { type CoveredSubject, GRACE_MS } from './expected-decisions.js';

/** How often the watch looks whether there is something to check, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** The lease of the instance that checks. */
const LEASE = 'coverage-watch';

/** For how long decisions that are late are left to those who make them, in milliseconds: after an outage they may take that long. */
const MAX_WAIT_MS = HOUR;

/** How many ids of missing decisions one line of the log has. */
const LOGGED = 20;

/**
 * Checks each partner once a day, half an hour after its slot of the day: whether all decisions are there that the facts of the
 * last 24 hours ask for. One instance does it, a part at each look, and remembers how far it is.
 */
@Injectable()
export class CoverageWatch implements HealthSource {
  readonly #log = new Logger(CoverageWatch.name);
  readonly #looks = new NonOverlapping(this.#log, () => this.#unlessClosed(() => this.#look()));
  readonly #closed = new AbortController();
  #state: CoverageState = { shortfall: [], more: 0 };
  /** Since when decisions have been late; undefined: none was at the last look. */
  #lateSince: Instant | undefined;

  constructor(
    private readonly record: CoverageRecord,
    private readonly partners: CoveredPartners,
    private readonly accounts: AccountsOfPartner,
    private readonly examiner: CoverageExaminer,
    private readonly aggregates: Aggregates,
    private readonly projections: Projections,
    private readonly agenda: DueAgenda,
    private readonly leases: Leases,
    private readonly guard: ClockGuard,
    private readonly clock: Clock,
    health: Health,
    metrics: Metrics,
  ) {
    health.register(this);
    metrics.measure('herald_coverage_shortfall', () => [{ value: this.#missing }]);
    metrics.measure('herald_coverage_unchecked_seconds', () => [{ value: this.#uncheckedFor() / 1_000 }]);
  }

  /** Checks a part of what is to be checked, if this instance holds the lease. Never throws. */
  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  /** Looks no further, and gives the lease back. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.leases.release([LEASE]);
  }

  health(): readonly PartHealth[] {
    const part = 'coverage';
    const [first] = this.#state.shortfall;
    if (!first) return [{ part, status: 'ok' }];
    const says = `${this.#missing} expected decisions are missing; the first is ${first.rule} of ${first.slotDate} at the partner ${first.partnerId}. List them: herald coverage --date ${first.slotDate} --state shortfall. If decisions and read models are ok, rebuild the agenda: herald replay agenda.`;
    return [{ part, status: 'degraded', says }];
  }

  get #missing(): number {
    return this.#state.shortfall.length + this.#state.more;
  }

  /** For how long slots have been over that are not checked, in milliseconds. */
  #uncheckedFor(): number {
    const { checkedTo } = this.#state;
    return checkedTo === undefined ? 0 : Math.max(0, toMillis(this.#due()) - toMillis(checkedTo));
  }

  /** Just after the last full hour whose decisions are overdue: most slots are at a full hour. */
  #due(): Instant {
    const millis = toMillis(this.clock.now()) - GRACE_MS;
    return fromMillis(millis - (millis % HOUR) + 1);
  }

  /** What a shutdown interrupts is done by the next look of whichever instance has the lease then. */
  async #unlessClosed(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
    }
  }

  async #look(): Promise<void> {
    // While the clock is in doubt nothing is decided, and nothing is missing.
    if (this.#closed.signal.aborted || !this.guard.isTrusted()) return;
    const isOurs = (await this.leases.keep([LEASE])).has(LEASE);
    this.#state = await this.record.read();
    // Who is not known yet lacks nothing.
    if (!isOurs || (await this.projections.isFirstBuild(0)) || (await this.#isCatchingUp())) return;
    await this.#lookAgain();
    const sweep = this.#sweep();
    if (sweep) await this.#check(sweep);
  }

  /** Whether what came due long ago is still being decided, as after an outage: that is late, and not missing. */
  async #isCatchingUp(): Promise<boolean> {
    // An agenda that does not follow the log is a reason to check.
    await this.projections.caughtUp(agenda.name, this.#closed.signal).catch(() => undefined);
    const now = this.clock.now();
    const late = await this.agenda.due('decision', plus(now, -GRACE_MS), 1, () => true);
    if (late.length === 0) this.#lateSince = undefined;
    else this.#lateSince ??= now;
    return this.#lateSince !== undefined && toMillis(now) - toMillis(this.#lateSince) < MAX_WAIT_MS;
  }

  /** What is to be checked next. After a long rest only the last days are checked: `herald coverage` checks earlier ones. */
  #sweep(): Sweep | undefined {
    const { sweep, checkedTo } = this.#state;
    const to = this.#due();
    if (sweep) return sweep;
    // A clock that was put back begins again.
    const known = checkedTo !== undefined && checkedTo <= to ? checkedTo : plus(to, -DAY);
    const from = latestOf(known, plus(to, -MAX_COVERAGE_DAYS * DAY));
    return from < to ? { from, to } : undefined;
  }

  /** Checks as many partners as one look may, and remembers where it stopped. */
  async #check(sweep: Sweep): Promise<void> {
    const found: Shortfall[] = [];
    let { after } = sweep;
    for (let checked = 0; checked < MAX_SUBJECTS_PER_LOOK && !this.#closed.signal.aborted; ) {
      const partnerId = await this.partners.next('all', after);
      if (partnerId === undefined) {
        await this.#keep({ ...this.#with(found), checkedTo: sweep.to, sweep: undefined });
        return;
      }
      const subjects = await this.#dueAt(partnerId, sweep);
      found.push(...(await this.#missingAt(subjects, plus(sweep.from, -DAY), sweep.to)));
      if (this.#closed.signal.aborted) return;
      after = partnerId;
      checked += 1 + subjects.length;
      await nextTurn();
    }
    await this.#keep({ ...this.#with(found), sweep: { ...sweep, after } });
  }

  /** The partner's queue and accounts, if its slot of the day is over now; otherwise none. */
  async #dueAt(partnerId: string, { from, to }: Sweep): Promise<readonly CoveredSubject[]> {
    const partner = await this.aggregates.load(Partner, partnerId);
    const solutionId = partner.registration?.value.solutionId;
    const plan = solutionId && planOf(partner, await this.aggregates.load(Solution, solutionId));
    if (!plan || firstSlot(daily, plan.wall, from).at >= to) return [];
    const accounts = await this.accounts.ever(partnerId);
    return [{ partnerId }, ...accounts.map((accountId) => ({ partnerId, accountId }))];
  }

  /** The missing decisions of slots from `from` on and before `to`. */
  async #missingAt(
    subjects: readonly CoveredSubject[],
    from: Instant,
    to: Instant,
  ): Promise<readonly Shortfall[]> {
    const includes = ({ at }: { readonly at: Instant }) => at >= from && at < to;
    const expected = this.examiner.expectedIn({ from, to, includes }, this.#closed.signal);
    const now = this.clock.now();
    const missing: Shortfall[] = [];
    for (const subject of subjects) {
      if (this.#closed.signal.aborted) break;
      for (const one of await this.examiner.examine(expected, subject, now)) {
        const { notificationId, rule, partnerId, accountId, slotAt, slotDate } = one;
        if (one.undecided === 'shortfall')
          missing.push({ notificationId, rule, partnerId, accountId, slotAt, slotDate });
      }
      await nextTurn();
    }
    return missing;
  }

  /** Drops what was decided since, or is too old to be decided. */
  async #lookAgain(): Promise<void> {
    const { shortfall, more } = this.#state;
    if (shortfall.length === 0) return;
    const oldest = plus(this.clock.now(), -MAX_COVERAGE_DAYS * DAY);
    const still = new Set<string>();
    for (const { partnerId, accountId, slotAt } of distinctSubjects(shortfall)) {
      const subject = { partnerId, accountId };
      const missing = await this.#missingAt([subject], slotAt, plus(slotAt, 1));
      for (const { notificationId } of missing) still.add(notificationId);
    }
    const left = shortfall.filter(
      ({ notificationId, slotAt }) => still.has(notificationId) && slotAt > oldest,
    );
    if (left.length === shortfall.length || this.#closed.signal.aborted) return;
    this.#log.log('Missing decisions were made, or are no longer expected', {
      resolved: shortfall.length - left.length,
      missing: left.length,
    });
    // Those that are not listed are found again by checking again.
    const isToRepeat = left.length === 0 && more > 0;
    const again = isToRepeat ? { checkedTo: shortfall[0]?.slotAt, sweep: undefined } : {};
    await this.#keep({ ...this.#state, ...again, shortfall: left, more: left.length === 0 ? 0 : more });
  }

  /** The state with what was found newly. */
  #with(found: readonly Shortfall[]): CoverageState {
    const known = new Set(this.#state.shortfall.map(({ notificationId }) => notificationId));
    const news = found.filter(({ notificationId }) => !known.has(notificationId));
    if (news.length > 0)
      this.#log.error('coverage-shortfall', {
        count: news.length,
        byRule: countsOf(news.map(({ rule }) => rule)),
        notificationIds: news.slice(0, LOGGED).map(({ notificationId }) => notificationId),
        partnerIds: [...new Set(news.map(({ partnerId }) => partnerId))].slice(0, LOGGED),
      });
    const all = [...this.#state.shortfall, ...news];
    const listed = all.slice(0, MAX_LISTED_SHORTFALL);
    return { ...this.#state, shortfall: listed, more: this.#state.more + all.length - listed.length };
  }

  /** Another instance may have taken over in the meantime; then it goes on from what was written last. */
  async #keep(state: CoverageState): Promise<void> {
    await this.leases.require(LEASE);
    await this.record.write(state);
    this.#state = state;
  }
}

const distinctSubjects = (shortfall: readonly Shortfall[]): readonly Shortfall[] => [
  ...new Map(
    shortfall.map((one) => [JSON.stringify([one.partnerId, one.accountId, one.slotAt]), one]),
  ).values(),
];

const countsOf = (names: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
