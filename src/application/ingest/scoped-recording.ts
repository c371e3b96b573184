import { mayChange, type Owners, ownedElsewhere } from '../../domain/access/ownership.js';
import { type Bound, covers } from '../../domain/access/scope.js';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import { MAX_EVENTS_PER_APPEND } from '../../domain/bounds.js';
import type { HeraldError } from '../../domain/kernel/herald-error.js';
import { ownersOf, Partner, type PartnerCommand } from '../../domain/partner/partner.js';
import { partnerWithin } from '../../domain/partner/partner-within.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import {
  OwnersUnknown,
  partnerOf,
  socialAccountWithin,
} from '../../domain/social-account/social-account-within.js';
import { Solution } from '../../domain/solution/solution.js';
import type { Aggregates } from '../aggregates/aggregates.js';
import type { Result } from '../aggregates/requests.js';
import type { AccountLimit } from './account-limit.js';
import { type Group, groupsOf, type Order, requestOf } from './order.js';
import type { Addressed } from './to-command.js';

/** What belongs to whom its partner belongs to. */
const OF_A_PARTNER = [SocialAccount.category, ApprovalQueue.category];

/**
 * Records the events of one request for a principal that is bound to solutions: only what is about these. Each partner is read
 * once, each account as often as it is written to. Ownership of partners and accounts is decided with what is appended, so that
 * concurrent requests cannot slip past it.
 */
export class ScopedRecording {
  /** By partner. */
  readonly #owners = new Map<string, Promise<Owners>>();

  constructor(
    private readonly aggregates: Aggregates,
    private readonly limit: AccountLimit,
    private readonly scope: Bound,
    private readonly actor: string,
  ) {}

  /** @param report receives the result of each order. */
  async record(orders: readonly Order[], report: (order: Order, result: Result) => void): Promise<void> {
    const groups = groupsOf(orders);
    const belongs = ({ decider }: Group) => OF_A_PARTNER.includes(decider.category);
    // Accounts and posts may belong to partners that the same request registers.
    for (const stage of [groups.filter((group) => !belongs(group)), groups.filter(belongs)])
      await Promise.all(
        stage.map(async (group) => {
          const results = await this.#carryOut(group);
          for (const [n, order] of group.orders.entries()) report(order, results[n] ?? 'nothing');
        }),
      );
  }

  #carryOut(group: Group): Promise<readonly Result[]> {
    switch (group.decider.category) {
      case Solution.category:
        return this.#execute(group, covers(this.scope, group.id) ? undefined : ownedElsewhere());
      case Partner.category:
        return this.#execute({ ...group, decider: partnerWithin(this.scope) });
      case SocialAccount.category:
        return this.#onAccount(group);
      default:
        return this.#onQueue(group);
    }
  }

  /** @param refusal refuses all of them. */
  async #execute({ decider, id, orders }: Group, refusal?: HeraldError): Promise<readonly Result[]> {
    if (refusal) return orders.map(() => refusal);
    const requests = orders.map((order) => requestOf(order, this.actor));
    return this.aggregates.executeEach(decider, id, requests);
  }

  async #onQueue(group: Group): Promise<readonly Result[]> {
    const [first] = group.orders as [Order];
    const owners = await this.#claimed(group.id, first);
    return this.#execute(group, mayChange(this.scope, owners) ? undefined : ownedElsewhere());
  }

  async #onAccount(group: Group): Promise<readonly Result[]> {
    const refusals = await this.#beyondLimit(group);
    const orders = group.orders.filter((order) => !refusals.has(order));
    const results = new Map<Order, Result>(refusals);
    // One append at a time: it may have to be decided again.
    for (let n = 0; n < orders.length; n += MAX_EVENTS_PER_APPEND) {
      const some = orders.slice(n, n + MAX_EVENTS_PER_APPEND);
      const answers = await this.#decided({ ...group, orders: some });
      for (const [at, order] of some.entries()) results.set(order, answers[at] ?? 'nothing');
    }
    return group.orders.map((order) => results.get(order) ?? 'nothing');
  }

  /** Decides again for each partner whose owners turn out to be needed. */
  async #decided(group: Group): Promise<readonly Result[]> {
    const known = new Map<string, Owners>();
    for (const { event } of group.orders)
      if (event.type === 'herald.social-account.connected.v1') {
        const owners = await this.#ownersOf(event.data.partnerId);
        if (owners.length > 0) known.set(event.data.partnerId, owners);
      }
    const decider: Addressed['decider'] = socialAccountWithin(this.scope, (id) => known.get(id));
    for (;;)
      try {
        return await this.#execute({ ...group, decider });
      } catch (error) {
        if (!(error instanceof OwnersUnknown)) throw error;
        const [first] = group.orders as [Order];
        known.set(error.partnerId, await this.#claimed(error.partnerId, first));
      }
  }

  /** Those that exceed the accounts of their partner. What will be refused anyway does not count. */
  async #beyondLimit({ id, orders }: Group): Promise<ReadonlyMap<Order, HeraldError>> {
    const refusals = new Map<Order, HeraldError>();
    const account = await this.aggregates.load(SocialAccount, id);
    const present = partnerOf(account);
    const owners = present === undefined ? (account.claimedFor ?? []) : await this.#ownersOf(present);
    if (!mayChange(this.scope, owners)) return refusals;
    for (const order of orders) {
      const { event } = order;
      if (event.type !== 'herald.social-account.connected.v1') continue;
      const { partnerId, accountId } = event.data;
      if (!mayChange(this.scope, await this.#ownersOf(partnerId))) continue;
      const refusal = await this.limit.admit(partnerId, accountId);
      if (refusal) refusals.set(order, refusal);
    }
    return refusals;
  }

  /** To whom a partner belongs; none if it is nobody's. */
  #ownersOf(partnerId: string): Promise<Owners> {
    const owners = this.#owners.get(partnerId) ?? this.aggregates.load(Partner, partnerId).then(ownersOf);
    this.#owners.set(partnerId, owners);
    return owners;
  }

  /** To whom a partner belongs. One that is nobody's is claimed, so that it belongs to whoever reported on it first. */
  async #claimed(partnerId: string, { event, commandId }: Order): Promise<Owners> {
    const owners = await this.#ownersOf(partnerId);
    if (owners.length > 0) return owners;
    const command: PartnerCommand = {
      type: 'ClaimPartner',
      data: { partnerId, solutionIds: this.scope },
      at: event.time,
    };
    const { correlationId = commandId } = event;
    const context = { actor: this.actor, causationId: commandId, correlationId };
    // Another may have claimed it first: then it is refused, and belongs to that one.
    await this.aggregates.executeEach(partnerWithin(this.scope), partnerId, [{ command, context }]);
    this.#owners.delete(partnerId);
    return this.#ownersOf(partnerId);
  }
}
