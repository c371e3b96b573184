import { ApprovalQueue, type ApprovalQueueState } from '../../domain/approval-queue/approval-queue.js';
import type { Decider, Fact, Instant, Recorded } from '../../domain/kernel/event.js';
import { earliestOf } from '../../domain/kernel/instant.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import {
  closeAccountSlot,
  closeDigest,
  dueOnAccount,
  dueOnQueue,
  movesCursor,
} from '../../domain/rules/due.js';
import { ACCOUNT_NOTIFICATIONS } from '../../domain/rules/notifications.js';
import { nextOnQueue } from '../../domain/rules/shared/digest-rhythm.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import { recipientDecisions } from '../../domain/rules/shared/recipient-decisions.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
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

/** Somebody who is notified. */
export interface Notified {
  readonly rule: RuleId;
  readonly userId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly at: Instant;
}

/** Events that Herald itself recorded: before the period they are taken as they are, within it they are decided again. */
const OWN = ['SlotDecided', 'DigestRaised', 'DigestRequestExpired', 'DigestSlotsClosed'];

/** Runs the rules over recorded facts with other parameters. In memory and read-only. */
export class Simulation {
  readonly notified: Notified[] = [];
  readonly #accounts = new Map<string, SocialAccountState>();
  readonly #queues = new Map<string, ApprovalQueueState>();
  readonly #partners = new Map<string, PartnerState>();
  readonly #solutions = new Map<string, SolutionState>();
  readonly #accountsOf = new Map<string, Set<string>>();
  readonly #partnersOf = new Map<string, Set<string>>();
  readonly #moments = new PriorityQueue();
  readonly #days: number | undefined;
  #isBegun = false;

  /** @param from the start of the period; earlier events form the initial state. */
  constructor(
    private readonly from: Instant,
    private readonly parameters: Parameters,
  ) {
    this.#days = parameters.threshold;
  }

  /** The next event of the log. */
  take(event: StoredEvent): void {
    const { recordedAt } = event.metadata;
    if (recordedAt >= this.from) this.#begin();
    if (this.#isBegun) this.#passTo(recordedAt);
    if (this.#isBegun && OWN.includes(event.type)) return;
    this.#fold(event);
  }

  /** Ends the period before this moment: everything due until then is decided. */
  end(to: Instant): void {
    this.#begin();
    this.#passTo(to);
  }

  #passTo(until: Instant): void {
    for (let next = this.#moments.next(); next && next.at < until; next = this.#moments.next()) {
      this.#decide(next.id, next.at > this.from ? next.at : this.from);
    }
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    for (const [id, state] of this.#solutions) this.#solutions.set(id, this.#changed(state));
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
        evolve(ApprovalQueue, this.#queues, id, event);
        this.#planQueue(id);
        break;
      case Partner.category:
        evolve(Partner, this.#partners, id, event);
        addTo(this.#partnersOf, this.#partners.get(id)?.registration?.value.solutionId, id);
        this.#planPartner(id);
        break;
      case Solution.category:
        evolve(Solution, this.#solutions, id, event);
        if (this.#isBegun) this.#solutions.set(id, this.#changed(this.#solutions.get(id) ?? {}));
        for (const partnerId of this.#partnersOf.get(id) ?? []) this.#planPartner(partnerId);
        break;
    }
  }

  #connect(accountId: string): void {
    addTo(this.#accountsOf, this.#accounts.get(accountId)?.connection?.value.partnerId, accountId);
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
    const { queue, partner, solution } = this.#queueFacts(partnerId);
    this.#moments.plan(`q${partnerId}`, nextOnQueue(queue, partner, planOf(partner, solution)));
  }

  #decide(moment: string, now: Instant): void {
    const id = moment.slice(1);
    if (moment.startsWith('a')) {
      const facts = this.#accountFacts(id);
      const due = dueOnAccount(facts, now, this.#days);
      if (due) {
        this.#notify(due, facts.solution, facts.account.connection?.value.partnerId ?? '', now);
        answer(SocialAccount, this.#accounts, id, closeAccountSlot(due, now), now);
      }
      this.#planAgain(moment, due !== undefined, () => this.#planAccount(id));
      return;
    }
    const facts = this.#queueFacts(id);
    const due = dueOnQueue(facts, now);
    for (const one of due) {
      const isRaised = this.#notify(one, facts.solution, id, now);
      const upTo = movesCursor(one, isRaised) ? facts.queue.submitted : undefined;
      answer(ApprovalQueue, this.#queues, id, closeDigest(one, upTo, now), now);
    }
    this.#planAgain(moment, due.length > 0, () => this.#planQueue(id));
  }

  /** A moment at which nothing was due after all is not scheduled again. */
  #planAgain(moment: string, hasMoved: boolean, plan: () => void): void {
    this.#moments.plan(moment, undefined);
    if (hasMoved) plan();
  }

  #notify(verdict: DueVerdict, { settings }: SolutionState, partnerId: string, at: Instant): boolean {
    const raised = recipientDecisions(verdict, settings).filter(({ reason }) => reason === undefined);
    for (const { recipient } of raised)
      this.notified.push({
        rule: verdict.rule,
        userId: recipient.userId,
        name: recipient.name,
        partnerId,
        at,
      });
    return raised.length > 0;
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
    return { partner, solution };
  }

  /** The solution with the changed parameters. */
  #changed(state: SolutionState): SolutionState {
    if (!state.settings) return state;
    const { entitled = state.settings.entitled } = this.parameters;
    const policies = this.#policies(state.settings);
    return { ...state, policies, settings: { ...state.settings, entitled, policies } };
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
