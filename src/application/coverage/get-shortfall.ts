import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import type { Instant } from '../../domain/kernel/event.js';
import { PartnersInScope } from '../tenancy/partners-in-scope.js';
import { CoverageRecord, type Shortfall } from './coverage-record.js';

/** What the check of each hour has found missing, and is missing still. */
export interface ShortfallReport {
  /** All slots before this moment are checked; absent before the first check. */
  readonly checkedTo?: Instant | undefined;
  /** Oldest check first; at most `MAX_LISTED_SHORTFALL`. */
  readonly missing: readonly Shortfall[];
  /** How many more there are, of all solutions; 0 for a principal that is bound to some. */
  readonly more: number;
}

/** What the coverage watch has found missing. Nothing is examined anew. */
export class GetShortfall extends Query<ShortfallReport> {
  constructor(readonly scope: Scope) {
    super();
  }
}

@QueryHandler(GetShortfall)
export class GetShortfallHandler implements IQueryHandler<GetShortfall> {
  constructor(
    private readonly record: CoverageRecord,
    private readonly partners: PartnersInScope,
  ) {}

  async execute({ scope }: GetShortfall): Promise<ShortfallReport> {
    const { checkedTo, shortfall, more } = await this.record.read();
    const named = shortfall.map(({ partnerId }) => partnerId);
    const covered = await this.partners.among(scope, named);
    const missing = shortfall.filter(({ partnerId }) => covered.has(partnerId));
    return {
      ...(checkedTo === undefined ? {} : { checkedTo }),
      missing,
      more: scope === 'all' ? more : 0,
    };
  }
}
