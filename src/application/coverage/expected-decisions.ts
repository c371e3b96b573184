import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Slot } from '../../domain/calendar/calendar.js';
import type { Decider, Fact, Instant } from '../../domain/kernel/event.js';
import { plus } from '../../domain/kernel/instant.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import type { WithheldReason } from '../../domain/rules/shared/reasons.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import { Solution, type SolutionState } from '../../domain/solution/solution.js';
import { notificationIdOf } from '../aggregates/ids.js';
import { fold, streamOf } from '../aggregates/streams.js';
import { withRests } from '../concurrency/with-rests.js';
import type { EventStore, StoredEvent } from '../ports/event-store.js';
import { type InitialStates, type Simulated, Simulation } from '../what-if/simulation.js';

/** Until so long after a slot its decision is not late, in milliseconds. */
export const GRACE_MS = 30 * 60_000;

/** Slots that are looked at, and the facts that they need. */
export interface Period {
  /** From when on Herald's own decisions are made again from the facts. Earlier ones are taken as recorded. */
  readonly from: Instant;
  /** The last slot is before this moment. */
  readonly to: Instant;
  readonly includes: (slot: Slot) => boolean;
}

/** A partner's approval queue, or an account that is or was at this partner. */
export interface CoveredSubject {
  readonly partnerId: string;
  /** Absent: the queue. */
  readonly accountId?: string | undefined;
}

/** A decision that the facts ask for. */
export interface ExpectedDecision {
  readonly notificationId: string;
  /** Its id if that of `n` decisions before are about people of partners that had the account before. */
  readonly idAt: (n: number) => string;
  /** The id of the same decision in another slot. */
  readonly idInSlot: (slotKey: string) => string;
  readonly rule: RuleId;
  readonly solutionId: string;
  readonly partnerId: string;
  readonly accountId?: string | undefined;
  readonly recipientId: string;
  readonly recipientName: string;
  readonly slot: Slot;
  /** Why it is withheld; absent: it is raised. */
  readonly reason?: WithheldReason | undefined;
}

/** The state of an aggregate when a period begins, and its events within the period. */
interface Course<S> {
  readonly before: S;
  readonly events: readonly StoredEvent[];
}

/** What the courses of one partner have in common with those of its other accounts. */
interface Surroundings {
  readonly partners: ReadonlyMap<string, Course<PartnerState>>;
  readonly solutions: ReadonlyMap<string, Course<SolutionState>>;
}

/**
 * Computes the decisions of a period from the facts in the log: with the rules, and without the agenda or what Herald decided.
 * Each stream is read once per instance of this class, except those of accounts and queues.
 */
export class ExpectedDecisions {
  readonly #courses = new Map<string, Promise<Course<unknown>>>();

  constructor(
    private readonly log: EventStore,
    private readonly period: Period,
    private readonly stopped?: AbortSignal,
  ) {}

  /**
   * The decisions about one subject at the slots of the period, each once.
   * @param delayMs how long after its moment each decision is made, at most `GRACE_MS`; then what Herald recorded meanwhile does
   * not count.
   * @throws the reason of the signal once it is aborted.
   */
  async of(subject: CoveredSubject, delayMs = 0): Promise<readonly ExpectedDecision[]> {
    const { from, to, includes } = this.period;
    const { initial, events } = await this.#facts(subject);
    const simulation = new Simulation(from, {}, { initial, delayMs, foldsDecisions: delayMs === 0 });
    const expected = new Map<string, ExpectedDecision>();
    function* steps(): Generator<Simulated | undefined> {
      yield* simulation.takeAll(events);
      yield* simulation.end(plus(to, delayMs));
    }
    for await (const decided of withRests(steps(), this.stopped))
      if (includes(decided.verdict.slot))
        for (const one of expectedBy(decided)) expected.set(`${one.notificationId} ${one.partnerId}`, one);
    return [...expected.values()];
  }

  /** Forgets the partners and solutions that were read, so that memory does not grow with their number. */
  forget(): void {
    this.#courses.clear();
  }

  async #facts({ partnerId, accountId }: CoveredSubject): Promise<{
    readonly initial: InitialStates;
    readonly events: readonly StoredEvent[];
  }> {
    if (accountId === undefined) {
      const [queue, around] = await Promise.all([
        this.#read(ApprovalQueue, partnerId),
        this.#around([partnerId]),
      ]);
      return {
        initial: { queues: [[partnerId, queue.before]], ...initialOf(around) },
        events: inOrder([queue, ...coursesOf(around)]),
      };
    }
    const account = await this.#read(SocialAccount, accountId);
    // An account may have changed its partner within the period.
    const partners = [
      account.before.connection?.value.partnerId ?? partnerId,
      ...account.events.flatMap(({ type, data }) =>
        type === 'SocialAccountConnected' ? [String(data.partnerId)] : [],
      ),
    ];
    const around = await this.#around([...new Set(partners)]);
    return {
      initial: { accounts: [[accountId, account.before]], ...initialOf(around) },
      events: inOrder([account, ...coursesOf(around)]),
    };
  }

  async #around(partnerIds: readonly string[]): Promise<Surroundings> {
    const partners = new Map<string, Course<PartnerState>>();
    const solutions = new Map<string, Course<SolutionState>>();
    for (const id of partnerIds) {
      const partner = await this.#known(Partner, id);
      partners.set(id, partner);
      for (const solutionId of solutionsOf(partner))
        solutions.set(solutionId, await this.#known(Solution, solutionId));
    }
    return { partners, solutions };
  }

  #known<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<Course<S>> {
    const stream = streamOf(decider.category, id);
    const known = this.#courses.get(stream) as Promise<Course<S>> | undefined;
    if (known !== undefined) return known;
    const reading = this.#read(decider, id);
    this.#courses.set(stream, reading);
    return reading;
  }

  async #read<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<Course<S>> {
    const { from } = this.period;
    const to = plus(this.period.to, GRACE_MS);
    let before = decider.initialState;
    const events: StoredEvent[] = [];
    for await (const event of this.log.readStream(streamOf(decider.category, id))) {
      const { recordedAt } = event.metadata;
      if (recordedAt >= to) break;
      if (events.length === 0 && recordedAt < from) before = fold(decider, before, event);
      else events.push(event);
    }
    return { before, events };
  }
}

/** The solutions that a partner was in when the period began, or entered within it. */
const solutionsOf = ({ before, events }: Course<PartnerState>): readonly string[] => [
  ...new Set([
    ...(before.registration ? [before.registration.value.solutionId] : []),
    ...events.flatMap(({ type, data }) => (type === 'PartnerRegistered' ? [String(data.solutionId)] : [])),
  ]),
];

const initialOf = ({ partners, solutions }: Surroundings): InitialStates => ({
  partners: [...partners].map(([id, { before }]) => [id, before] as const),
  solutions: [...solutions].map(([id, { before }]) => [id, before] as const),
});

const coursesOf = ({ partners, solutions }: Surroundings): readonly Course<unknown>[] => [
  ...partners.values(),
  ...solutions.values(),
];

/** The events of all streams in the order of the log. */
const inOrder = (courses: readonly Course<unknown>[]): readonly StoredEvent[] =>
  courses.flatMap(({ events }) => events).sort((a, b) => (a.position < b.position ? -1 : 1));

const expectedBy = ({ verdict, decisions, partnerId, settings }: Simulated): readonly ExpectedDecision[] =>
  decisions.map(({ recipient, reason }) => ({
    notificationId: notificationIdOf(verdict.rule, verdict.subject, recipient, verdict.slot.key),
    idAt: (n) => notificationIdOf(verdict.rule, verdict.subject, recipient, verdict.slot.key, n),
    idInSlot: (slotKey) => notificationIdOf(verdict.rule, verdict.subject, recipient, slotKey),
    rule: verdict.rule,
    solutionId: settings?.solutionId ?? '',
    partnerId,
    accountId: verdict.subject.kind === 'socialAccount' ? verdict.subject.id : undefined,
    recipientId: recipient.userId,
    recipientName: recipient.name,
    slot: verdict.slot,
    reason,
  }));
