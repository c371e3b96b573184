import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import { Solution, type SolutionState } from '../../domain/solution/solution.js';
import { Aggregates, type Until } from '../aggregates/aggregates.js';
import { streamOf } from '../aggregates/streams.js';

/** The facts for the rules at one point of history. Each stream is loaded once, however many ask for it. */
export class FactsAsOf {
  readonly #loaded = new Map<string, Promise<unknown>>();

  constructor(
    private readonly load: <S, C, E extends Fact>(decider: Decider<S, C, E>, id: string) => Promise<S>,
  ) {}

  async ofAccount(accountId: string): Promise<AccountFacts> {
    const account = await this.#load(SocialAccount, accountId);
    const partnerId = account.connection?.value.partnerId;
    return { accountId, account, ...(await this.#around(partnerId)) };
  }

  async ofQueue(partnerId: string): Promise<QueueFacts> {
    const [queue, around] = await Promise.all([
      this.#load(ApprovalQueue, partnerId),
      this.#around(partnerId),
    ]);
    return { partnerId, queue, ...around };
  }

  async #around(
    partnerId: string | undefined,
  ): Promise<{ readonly partner: PartnerState; readonly solution: SolutionState }> {
    const partner = partnerId === undefined ? Partner.initialState : await this.#load(Partner, partnerId);
    const solutionId = partner.registration?.value.solutionId;
    const solution =
      solutionId === undefined ? Solution.initialState : await this.#load(Solution, solutionId);
    return { partner, solution };
  }

  #load<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string): Promise<S> {
    const stream = streamOf(decider.category, id);
    const known = this.#loaded.get(stream) as Promise<S> | undefined;
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
      until ? aggregates.loadUntil(decider, id, until) : aggregates.load(decider, id),
    );
  }

  /** The current facts, without a read of the log for what this instance alone has just written. */
  recent(): FactsAsOf {
    return new FactsAsOf((decider, id) => this.aggregates.recent(decider, id));
  }

  #current(): FactsAsOf {
    return new FactsAsOf((decider, id) => this.aggregates.current(decider, id));
  }
}
