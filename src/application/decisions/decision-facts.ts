import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Partner } from '../../domain/partner/partner.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import { Solution } from '../../domain/solution/solution.js';
import { Aggregates, type StateAt, type Until } from '../aggregates/aggregates.js';
import { streamOf } from '../aggregates/streams.js';
import type { Position } from '../ports/event-store.js';

/** Loads an aggregate at the point of history that is asked about. */
type Load = <S, C, E extends Fact>(decider: Decider<S, C, E>, id: string) => Promise<StateAt<S>>;

/** The facts for the rules at one point of history. Each stream is loaded once, however many ask for it. */
export class FactsAsOf {
  readonly #loaded = new Map<string, Promise<unknown>>();

  constructor(private readonly load: Load) {}

  async ofAccount(accountId: string): Promise<AccountFacts> {
    const { state: account, revision } = await this.#load(SocialAccount, accountId);
    const { seen, ...around } = await this.#around(account.connection?.value.partnerId);
    return { accountId, account, ...around, seen: { [SocialAccount.category]: revision, ...seen } };
  }

  async ofQueue(partnerId: string): Promise<QueueFacts> {
    const [{ state: queue, revision }, { seen, ...around }] = await Promise.all([
      this.#load(ApprovalQueue, partnerId),
      this.#around(partnerId),
    ]);
    return { partnerId, queue, ...around, seen: { [ApprovalQueue.category]: revision, ...seen } };
  }

  async #around(partnerId: string | undefined): Promise<Pick<QueueFacts, 'partner' | 'solution' | 'seen'>> {
    if (partnerId === undefined) return { partner: Partner.initialState, solution: Solution.initialState };
    const { state: partner, revision } = await this.#load(Partner, partnerId);
    const seen = { [Partner.category]: revision };
    const solutionId = partner.registration?.value.solutionId;
    if (solutionId === undefined) return { partner, solution: Solution.initialState, seen };
    const solution = await this.#load(Solution, solutionId);
    return { partner, solution: solution.state, seen: { ...seen, [Solution.category]: solution.revision } };
  }

  #load<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<StateAt<S>> {
    const stream = streamOf(decider.category, id);
    const known = this.#loaded.get(stream) as Promise<StateAt<S>> | undefined;
    if (known !== undefined) return known;
    const loading = this.load(decider, id);
    this.#loaded.set(stream, loading);
    return loading;
  }
}

/** Collects the facts that the rules depend on. */
@Injectable()
export class DecisionFacts {
  constructor(private readonly aggregates: Aggregates) {}

  /** The current facts, for a decision. */
  ofAccount(accountId: string): Promise<AccountFacts> {
    return this.#current().ofAccount(accountId);
  }

  /**
   * The facts for a decision about an account that this instance has just read or appended to: it is not read again. What is around
   * it is as old as a delivery takes it for, 100 ms at most. What another instance appends meanwhile is seen by the delivery, which asks
   * whether each mail is still due.
   */
  ofAccountAsAppended(accountId: string): Promise<AccountFacts> {
    const { aggregates } = this;
    const facts = new FactsAsOf((decider, id) =>
      decider.category === SocialAccount.category
        ? aggregates.known(decider, id)
        : aggregates.recent(decider, id),
    );
    return facts.ofAccount(accountId);
  }

  /** The current facts, for a decision. */
  ofQueue(partnerId: string): Promise<QueueFacts> {
    return this.#current().ofQueue(partnerId);
  }

  /** Past or current facts; what is loaded stays at that point. */
  asOf(until?: Until): FactsAsOf {
    const { aggregates } = this;
    return new FactsAsOf((decider, id) =>
      until ? aggregates.loadUntil(decider, id, until) : aggregates.loadAt(decider, id),
    );
  }

  /**
   * The facts that a decision was made on. Events that were recorded between reading the facts and recording the decision are not
   * among them. Decisions of older versions do not say what they saw: of these, everything that was recorded before.
   */
  behind({ seen }: Pick<Decision, 'seen'>, before: Position): FactsAsOf {
    const { aggregates } = this;
    return new FactsAsOf((decider, id) => {
      const revision = seen?.[decider.category];
      return aggregates.loadUntil(decider, id, revision === undefined ? { before } : { revision });
    });
  }

  /** The current facts, without a read of the log for what this instance alone has just written. */
  recent(): FactsAsOf {
    return new FactsAsOf((decider, id) => this.aggregates.recent(decider, id));
  }

  #current(): FactsAsOf {
    return new FactsAsOf((decider, id) => this.aggregates.current(decider, id));
  }
}
