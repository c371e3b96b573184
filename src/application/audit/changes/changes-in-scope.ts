import { Injectable } from '@nestjs/common';
import { covers, type Scope } from '../../../domain/access/scope.js';
import type { StoredEvent } from '../../ports/event-store.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { type PartnerDocument, partners } from '../../read-models/partners/partners.js';
import { type AccountDocument, socialAccounts } from '../../read-models/social-accounts/social-accounts.js';
import { PartnersInScope } from '../../tenancy/partners-in-scope.js';
import type { ChangedKind } from './changed-kinds.js';

/** Whose changes a principal sees: those of what is in its solutions now. */
@Injectable()
export class ChangesInScope {
  constructor(
    private readonly readModels: ReadModels,
    private readonly inScope: PartnersInScope,
  ) {}

  /** Whether the scope covers it. What belongs to no known solution is covered by `all` alone. */
  async covers(scope: Scope, kind: ChangedKind, id: string): Promise<boolean> {
    if (scope === 'all') return true;
    if (kind === 'solution') return covers(scope, id);
    if (kind !== 'social-account') return this.inScope.covers(scope, id);
    const account = (await this.readModels.get<AccountDocument>(socialAccounts, [id])).get(id);
    return account?.partnerId !== undefined && this.inScope.covers(scope, account.partnerId);
  }

  /** Whether there is one although nothing has happened to it yet: the queue of a partner that has had no posts. */
  async mayBeEmpty(kind: ChangedKind, id: string): Promise<boolean> {
    if (kind !== 'approval-queue') return false;
    return (await this.readModels.get<PartnerDocument>(partners, [id])).has(id);
  }

  /** The events without the names of solutions, partners and owners that the scope does not cover: it may have been theirs before. */
  async shown(scope: Scope, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (scope === 'all') return events;
    const named = events.flatMap(({ data }) => (typeof data.partnerId === 'string' ? data.partnerId : []));
    const covered = await this.inScope.among(scope, named);
    return events.map((event) => ({ ...event, data: withoutOthers(event.data, scope, covered) }));
  }
}

/** What names a partner, or somebody at it. */
const OF_PARTNER: readonly string[] = ['partnerId', 'ownerId'];

const withoutOthers = (
  data: StoredEvent['data'],
  scope: Scope,
  covered: ReadonlySet<string>,
): StoredEvent['data'] =>
  Object.fromEntries(
    Object.entries(data).flatMap(([field, value]): [string, unknown][] => {
      if (OF_PARTNER.includes(field) && data.partnerId !== undefined && !covered.has(String(data.partnerId)))
        return [];
      if (field === 'solutionId' && !covers(scope, String(value))) return [];
      if (field !== 'solutionIds' || !Array.isArray(value)) return [[field, value]];
      return [[field, value.filter((solutionId) => covers(scope, String(solutionId)))]];
    }),
  );
