import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { ApprovalQueueEvent } from '../../domain/approval-queue/queue-events.js';
import type { ApprovalQueueState } from '../../domain/approval-queue/queue-state.js';
import type { Decider, Fact, Instant, Recorded } from '../../domain/kernel/event.js';
import { earliestOf, latestOf, plus } from '../../domain/kernel/instant.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import {
  closeAccountSlot,
  closeDigest,
  dueByPerson,
  dueOnAccount,
  movesCursor,
} from '../../domain/rules/due.js';
import { ACCOUNT_NOTIFICATIONS } from '../../domain/rules/notifications.js';
import { nextAfterEvent, nextOnQueue } from '../../domain/rules/shared/digest-rhythm.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import { type RecipientDecision, recipientDecisions } from '../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import { SocialAccount, type SocialAccountState } from '../../domain/social-account/social-account.js';
import {
  type Policies,
  Solution,
  type SolutionSettings,
  type SolutionState,
} from '../../domain/solution/solution.js';
import { partsOf, recorded } from '../aggregates/streams.js';
import type { StoredEvent } from '../ports/event-store.js';
import type { Parameters } from './parameters.js';
import { PriorityQueue } from './priority-queue.js';

/** A decision that follows from the facts: for which slot, and for whom. */
export interface Simulated {
  readonly verdict: DueVerdict;
  readonly decisions: readonly RecipientDecision[];
  readonly partnerId: string;
  /** The settings of the partner's solution, as they were at that moment. */
  readonly settings: SolutionSettings | undefined;
  /** When it is made. */
  readonly at: Instant;
}

/** The states before the first event, by id. */
export interface InitialStates {
  readonly accounts?: Iterable<readonly [string, SocialAccountState]>;
  readonly queues?: Iterable<readonly [string, ApprovalQueueState]>;
  readonly partners?: Iterable<readonly [string, PartnerState]>;
  readonly solutions?: Iterable<readonly [string, SolutionState]>;
}

export interface SimulationOptions {
  readonly initial?: InitialStates;
  /** How long after its moment each decision is made, in milliseconds. Default: 0. */
  readonly delayMs?: number;
  /**
   * Whether decisions that Herald recorded within the period are folded too, after the moment at which they were made. Default:
   * no, only those before it.
   */
  readonly foldsDecisions?: boolean;
}

/** Events that Herald itself recorded: before the period they are taken as they are, within it they are decided again. */
const OWN = ['SlotDecided', 'DigestRaised', 'DigestRequestExpired', 'DigestSlotsClosed'];

/** Events that follow from decisions, and are facts: a digest did not arrive. */
const AFTERWARDS = ['DigestReturned'];

/**
 * Runs the rules over recorded facts, as if every decision were made at its moment. In memory and read-only. Its generators
 * yield each decision, and undefined where the caller may pause.
 */
export class Simulation {
  readonly #accounts: Map<string, SocialAccountState>;
  readonly #queues: Map<string, ApprovalQueueState>;
  readonly #partners: Map<string, PartnerState>;
  readonly #solutions: Map<string, SolutionState>;
  readonly #accountsOf = new Map<string, Set<string>>();
  readonly #partnersOf = new Map<string, Set<string>>();
  readonly #moments = new PriorityQueue();
  /** Moments that are planned before they are computed: nothing is due earlier. */
  readonly #estimated = new Set<string>();
  /** Moments at which nothing was due after all. */
  readonly #dropped = new Set<string>();
  readonly #days: number | undefined;
  #isBegun = false;
  /** Decisions are never made before what was recorded already. */
  #now: Instant;

  /** @param from the start of the period; earlier events form the initial state. */
  constructor(
    from: Instant,
    private readonly parameters: Parameters = {},
    private readonly options: SimulationOptions = {},
  ) {
    this.#days = parameters.threshold;
    this.#now = from;
    const { accounts = [], queues = [], partners = [], solutions = [] } = options.initial ?? {};
    this.#accounts = new Map(accounts);
    this.#queues = new Map(queues);
    this.#partners = new Map(partners);
    this.#solutions = new Map(solutions);
    for (const id of this.#accounts.keys()) this.#connect(id);
    for (const id of this.#partners.keys()) this.#register(id);
  }

  /** The next event of the log: yields what is decided before it. */
  *take(event: StoredEvent): Generator<Simulated | undefined> {
    const { recordedAt } = event.metadata;
    const isOwn = OWN.includes(event.type);
    if (recordedAt >= this.#now) this.#begin();
    // What Herald decided at a moment was not known before that moment.
    const isAfter = isOwn || AFTERWARDS.includes(event.type);
    if (this.#isBegun) yield* this.#passTo(isAfter ? plus(recordedAt, 1) : recordedAt);
    if (this.#isBegun && isOwn && !this.options.foldsDecisions) return;
    this.#now = latestOf(this.#now, this.#isBegun ? recordedAt : '');
    this.#fold(event);
  }

  /** The next events of the log, in order. */
  *takeAll(events: readonly StoredEvent[]): Generator<Simulated | undefined> {
    for (const event of events) {
      yield* this.take(event);
      yield undefined;
    }
  }

  /** Ends the period before this moment: yields everything that is due until then. */
  *end(to: Instant): Generator<Simulated | undefined> {
    this.#begin();
    yield* this.#passTo(to);
  }

  *#passTo(until: Instant): Generator<Simulated | undefined> {
    const { delayMs = 0 } = this.options;
    for (let next = this.#moments.next(); next; next = this.#moments.next()) {
      const at = latestOf(plus(next.at, delayMs), this.#now);
      if (at >= until) return;
      if (this.#estimated.has(next.id)) {
        this.#planQueue(next.id.slice(1));
        yield undefined;
        continue;
      }
      this.#now = at;
      yield* this.#decide(next.id, at);
    }
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    for (const id of this.#accounts.keys()) this.#planAccount(id);
    for (const id of this.#partners.keys()) this.#planQueue(id);
  }

  #fold(event: StoredEvent): void {
    const { category, id } = partsOf(event.stream);
    switch (category) {
      case SocialAccount.category:
        evolve(SocialAccount, this.#accounts, id, event);
        this.#connect(id);
        this.#planAccount(id);
        break;
      case ApprovalQueue.category:
        this.#foldQueue(id, event);
        break;
      case Partner.category:
        evolve(Partner, this.#partners, id, event);
        this.#register(id);
        this.#planPartner(id);
        break;
      case Solution.category:
        evolve(Solution, this.#solutions, id, event);
        for (const partnerId of this.#partnersOf.get(id) ?? []) this.#planPartner(partnerId);
        break;
    }
  }

  #foldQueue(partnerId: string, event: StoredEvent): void {
    const before = this.#queues.get(partnerId) ?? ApprovalQueue.initialState;
    evolve(ApprovalQueue, this.#queues, partnerId, event);
    if (!this.#isBegun) return;
    const moment = `q${partnerId}`;
    const { partner, solution } = this.#queueFacts(partnerId);
    const fact = recorded<ApprovalQueueEvent>(event);
    const next = this.#dropped.has(moment)
      ? undefined
      : nextAfterEvent(before, fact, planOf(partner, solution));
    if (next === undefined) this.#planQueue(partnerId);
    else {
      // To compute when each of thousands of readers is due takes far longer than to fold the event.
      this.#estimated.add(moment);
      this.#moments.plan(moment, earliestOf(this.#moments.plannedFor(moment), next));
    }
  }

  #connect(accountId: string): void {
    addTo(this.#accountsOf, this.#accounts.get(accountId)?.connection?.value.partnerId, accountId);
  }

  #register(partnerId: string): void {
    addTo(this.#partnersOf, this.#partners.get(partnerId)?.registration?.value.solutionId, partnerId);
  }

  #planPartner(partnerId: string): void {
    this.#planQueue(partnerId);
    for (const accountId of this.#accountsOf.get(partnerId) ?? []) this.#planAccount(accountId);
  }

  #planAccount(accountId: string): void {
    if (!this.#isBegun) return;
    const { account, partner, solution } = this.#accountFacts(accountId);
    const plan = planOf(partner, solution);
    const slots = ACCOUNT_NOTIFICATIONS.map(({ nextSlot }) => nextSlot(account, plan, this.#days));
    this.#moments.plan(`a${accountId}`, earliestOf(...slots.map((slot) => slot?.at)));
  }

  #planQueue(partnerId: string): void {
    if (!this.#isBegun) return;
    const moment = `q${partnerId}`;
    this.#estimated.delete(moment);
    this.#dropped.delete(moment);
    const { queue, partner, solution } = this.#queueFacts(partnerId);
    this.#moments.plan(moment, nextOnQueue(queue, partner, planOf(partner, solution)));
  }

  *#decide(moment: string, now: Instant): Generator<Simulated | undefined> {
    const id = moment.slice(1);
    if (moment.startsWith('a')) {
      const facts = this.#accountFacts(id);
      const due = dueOnAccount(facts, now, this.#days);
      if (due) {
        yield simulated(due, facts.solution, facts.account.connection?.value.partnerId ?? '', now);
        answer(SocialAccount, this.#accounts, id, closeAccountSlot(due, facts, now), now);
      }
      this.#planAgain(moment, due !== undefined, () => this.#planAccount(id));
      return;
    }
    const facts = this.#queueFacts(id);
    let hasMoved = false;
    for (const due of dueByPerson(facts, now)) {
      if (!due) {
        yield undefined;
        continue;
      }
      hasMoved = true;
      const decided = simulated(due, facts.solution, id, now);
      yield decided;
      const isRaised = decided.decisions.some(({ reason }) => reason === undefined);
      const upTo = movesCursor(due, isRaised) ? facts.queue.submitted : undefined;
      answer(ApprovalQueue, this.#queues, id, closeDigest(due, upTo, now), now);
    }
    this.#planAgain(moment, hasMoved, () => this.#planQueue(id));
  }

  /** A moment at which nothing was due after all is not scheduled again. */
  #planAgain(moment: string, hasMoved: boolean, plan: () => void): void {
    this.#moments.plan(moment, undefined);
    if (hasMoved) plan();
    else this.#dropped.add(moment);
  }

  #accountFacts(accountId: string): AccountFacts {
    const account = this.#accounts.get(accountId) ?? SocialAccount.initialState;
    return { accountId, account, ...this.#around(account.connection?.value.partnerId) };
  }

  #queueFacts(partnerId: string): QueueFacts {
    const queue = this.#queues.get(partnerId) ?? ApprovalQueue.initialState;
    return { partnerId, queue, ...this.#around(partnerId) };
  }

  #around(partnerId: string | undefined): {
    readonly partner: PartnerState;
    readonly solution: SolutionState;
  } {
    const partner = this.#partners.get(partnerId ?? '') ?? Partner.initialState;
    const solution =
      this.#solutions.get(partner.registration?.value.solutionId ?? '') ?? Solution.initialState;
    return { partner, solution: this.#isBegun ? this.#changed(solution) : solution };
  }

  /** The solution with the changed parameters, as if it had been so since Herald knows of the solution. */
  #changed(state: SolutionState): SolutionState {
    const { settings, since } = state;
    if (!settings || !since) return state;
    const { entitled, policies: changed } = this.parameters;
    const policies = this.#policies(settings);
    return {
      ...state,
      ...{ policies, settings: { ...settings, entitled: entitled ?? settings.entitled, policies } },
      ...(changed?.sendAt ? { sendTimes: [{ value: changed.sendAt, since }] } : {}),
      ...(changed?.contentApprovalDefault ? { defaultsSince: since } : {}),
      ...(changed?.accountExpiredCadence ? { cadenceSince: since } : {}),
      ...(entitled === undefined ? {} : { entitledSince: since }),
    };
  }

  #policies({ policies }: SolutionSettings): Policies {
    const changed = this.parameters.policies;
    const { admin, member } = policies.contentApprovalDefault;
    return {
      contentApprovalDefault: {
        admin: changed?.contentApprovalDefault?.admin ?? admin,
        member: changed?.contentApprovalDefault?.member ?? member,
      },
      accountExpiredCadence: changed?.accountExpiredCadence ?? policies.accountExpiredCadence,
      sendAt: changed?.sendAt ?? policies.sendAt,
    };
  }
}

const simulated = (
  verdict: DueVerdict,
  { settings }: SolutionState,
  partnerId: string,
  at: Instant,
): Simulated => ({
  ...{ verdict, partnerId, settings, at },
  decisions: recipientDecisions(verdict, settings),
});

const evolve = <S, C, E extends Fact>(
  decider: Decider<S, C, E>,
  states: Map<string, S>,
  id: string,
  event: StoredEvent,
): void => {
  states.set(id, decider.evolve(states.get(id) ?? decider.initialState, recorded<E>(event)));
};

/** What Herald would have recorded itself. */
const answer = <S, C, E extends Fact>(
  decider: Decider<S, C, E>,
  states: Map<string, S>,
  id: string,
  command: C,
  now: Instant,
): void => {
  let state = states.get(id) ?? decider.initialState;
  for (const fact of decider.decide(command, state))
    state = decider.evolve(state, { ...fact, recordedAt: now, eventId: '', position: '' } as Recorded<E>);
  states.set(id, state);
};

const addTo = (sets: Map<string, Set<string>>, key: string | undefined, value: string): void => {
  if (key === undefined) return;
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
};
