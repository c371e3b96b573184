import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Bound, Scope } from '../../../domain/access/scope.js';
import type { Instant } from '../../../domain/kernel/event.js';
import {
  type DanglingDocument,
  dangling,
  type NamingEvent,
  ownerKey,
} from '../../read-models/dangling/dangling.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import type { Incomplete } from '../../read-models/parking/incomplete.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';

/** Something that events name although it was never registered, added or connected. */
export interface Dangling {
  readonly kind: 'partner' | 'user' | 'account';
  /** Of a partner or a user. */
  readonly partnerId?: string | undefined;
  readonly userId?: string | undefined;
  readonly accountId?: string | undefined;
  /** When Herald learned of it. */
  readonly since: Instant;
  /** The event that named it first. */
  readonly event: NamingEvent;
}

export interface DanglingPage {
  readonly items: readonly Dangling[];
  readonly next: string | null;
  readonly incomplete?: Incomplete;
}

/** What never got its registration, the oldest first. */
export class ListDangling extends Query<DanglingPage> {
  constructor(
    readonly scope: Scope,
    readonly limit: number,
    readonly after?: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListDangling)
export class ListDanglingHandler implements IQueryHandler<ListDangling> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly incomplete: IncompleteInScope,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, limit, after }: ListDangling): Promise<DanglingPage> {
    const { documents, next } = await this.readModels.find<DanglingDocument>(dangling, {
      ...(scope === 'all' ? {} : { where: { owner: keysOf(scope) } }),
      ...{ orderBy: 'since', limit, after },
    });
    const items = documents.flatMap(({ kind, partnerId, userId, accountId, since, event }) =>
      kind === 'terms' || !since || !event ? [] : [{ kind, partnerId, userId, accountId, since, event }],
    );
    return { items, next: next ?? null, ...(await this.incomplete.of(scope, [dangling.name])) };
  }
}

/** What belongs to one of the solutions, and what a principal of all of them has reported. */
const keysOf = (scope: Bound): readonly string[] => [...new Set([...scope, ownerKey(scope) ?? ''])];
