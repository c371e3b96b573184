import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Decider, Fact } from '../../domain/fact.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/facts.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import { Solution, type SolutionState } from '../../domain/solution/solution.js';
import { Aggregates, type Until } from '../aggregates/aggregates.js';

/** Brings together what the rules look at: as it is now, or as it was. */
@Injectable()
export class DecisionFacts {
  constructor(private readonly aggregates: Aggregates) {}

  async ofAccount(accountId: string, until?: Until): Promise<AccountFacts> {
    const account = await this.#load(SocialAccount, accountId, until);
    const partnerId = account.connection?.value.partnerId;
    return { accountId, account, ...(await this.#around(partnerId, until)) };
  }

  async ofQueue(partnerId: string, until?: Until): Promise<QueueFacts> {
    const [queue, around] = await Promise.all([
      this.#load(ApprovalQueue, partnerId, until),
      this.#around(partnerId, until),
    ]);
    return { partnerId, queue, ...around };
  }

  async #around(
    partnerId: string | undefined,
    until: Until | undefined,
  ): Promise<{ readonly partner: PartnerState; readonly solution: SolutionState }> {
    const partner =
      partnerId === undefined ? Partner.initialState : await this.#load(Partner, partnerId, until);
    const solutionId = partner.registration?.value.solutionId;
    const solution =
      solutionId === undefined ? Solution.initialState : await this.#load(Solution, solutionId, until);
    return { partner, solution };
  }

  #load<S, C, E extends Fact>(decider: Decider<S, C, E>, id: string, until: Until | undefined): Promise<S> {
    return until ? this.aggregates.loadUntil(decider, id, until) : this.aggregates.load(decider, id);
  }
}
