import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import type { Query as DocumentQuery } from '../../ports/document-store.js';
import { Projections } from '../../read-models/engine/projections.js';
import { type HistoryEntry, history } from '../../read-models/history/history.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';
import type { ListedPage } from '../registry/list-documents.js';
import { HistoryEntries } from './history-entries.js';
import { type HistoryConditions, type HistoryFilter, HistoryFilters } from './history-filter.js';

/** In which order the entries are read, by the time of the decision. */
export type HistoryOrder = 'newest' | 'oldest';

export interface HistoryPlace {
  readonly order: HistoryOrder;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** A page of the decisions that a filter matches. */
export class SearchHistory extends Query<ListedPage<HistoryEntry>> {
  constructor(
    readonly scope: Scope,
    readonly filter: HistoryFilter,
    readonly place: HistoryPlace,
  ) {
    super();
  }
}

@QueryHandler(SearchHistory)
export class SearchHistoryHandler implements IQueryHandler<SearchHistory> {
  constructor(
    private readonly filters: HistoryFilters,
    private readonly entries: HistoryEntries,
    private readonly projections: Projections,
    private readonly incomplete: IncompleteInScope,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `invalid-request`, `read-models-rebuilding`, `search-too-broad`. */
  async execute({ scope, filter, place }: SearchHistory): Promise<ListedPage<HistoryEntry>> {
    const conditions = await this.filters.conditions(scope, filter);
    const page = conditions
      ? await this.entries.page(scope, orderedQuery(conditions, place))
      : { documents: [] };
    const stale = new Set(this.projections.parked(history.name).map(({ documentId }) => documentId));
    return { ...page, ...(await this.incomplete.of(scope, [history.name])), stale };
  }
}

/** The query of one page. */
export const orderedQuery = (
  conditions: HistoryConditions,
  { order, limit, after }: HistoryPlace,
): DocumentQuery => ({
  ...conditions,
  orderBy: 'decidedAt',
  direction: order === 'newest' ? 'descending' : 'ascending',
  limit,
  after,
});
