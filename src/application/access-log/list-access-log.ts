import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Access } from '../../domain/access/access-log.js';
import { covers, type Scope } from '../../domain/access/scope.js';
import type { Instant } from '../../domain/kernel/event.js';
import type { Query as DocumentQuery } from '../ports/document-store.js';
import { type AccessEntry, accessLog } from '../read-models/access-log/access-log.js';
import { ReadModels } from '../read-models/engine/read-models.js';

export interface AccessLogFilter {
  readonly principalId?: string | undefined;
  readonly action?: string | undefined;
  readonly solutionId?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** One access, as it is shown. */
export interface ShownAccess extends Access {
  readonly at: Instant;
  readonly correlationId: string;
}

export interface AccessLogPage {
  readonly items: readonly ShownAccess[];
  readonly next: string | null;
}

/** Who read or changed what, newest first. */
export class ListAccessLog extends Query<AccessLogPage> {
  constructor(
    readonly scope: Scope,
    readonly filter: AccessLogFilter,
    readonly limit: number,
    readonly after?: string,
  ) {
    super();
  }
}

@QueryHandler(ListAccessLog)
export class ListAccessLogHandler implements IQueryHandler<ListAccessLog> {
  constructor(private readonly readModels: ReadModels) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, filter, limit, after }: ListAccessLog): Promise<AccessLogPage> {
    const { principalId, action, solutionId, from, to } = filter;
    if (solutionId !== undefined && !covers(scope, solutionId)) return { items: [], next: null };
    const { documents, next } = await this.readModels.find<AccessEntry>(accessLog, {
      where: {
        ...concerning(scope, solutionId),
        ...(principalId === undefined ? {} : { principalId }),
        ...(action === undefined ? {} : { action }),
      },
      range: { order: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) } },
      orderBy: 'order',
      direction: 'descending',
      limit,
      after,
    });
    return { items: documents.map((entry) => shown(entry, scope)), next: next ?? null };
  }
}

/** Whoever sees all solutions reads one document of each access; others read those of their solutions. */
const concerning = (scope: Scope, solutionId: string | undefined): Required<DocumentQuery>['where'] => {
  if (solutionId !== undefined) return { solutionId };
  return scope === 'all' ? { first: 'yes' } : { solutionId: scope };
};

/** What was asked for may name what belongs to another solution; it is left out where the access concerns one beyond the scope. */
const shown = (entry: AccessEntry, scope: Scope): ShownAccess => {
  const { id: _, position: __, first: ___, solutionId: ____, order: _____, ...access } = entry;
  const solutions = access.solutions.filter((solution) => covers(scope, solution));
  const isCovered = solutions.length === access.solutions.length;
  return { ...access, solutions, asked: isCovered ? access.asked : {} };
};
