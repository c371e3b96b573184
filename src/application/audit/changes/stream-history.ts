import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { HistoryEntries, type PassedPage } from '../history/history-entries.js';
import { type HistoryConditions, type HistoryFilter, HistoryFilters } from '../history/history-filter.js';
import { type HistoryOrder, orderedQuery } from '../history/search-history.js';

/** How many entries of a stream are in memory at once. */
const PAGE = 500;

/** All decisions that a filter matches, page by page: the next page is read when the reader has taken this one. */
export class StreamHistory extends Query<AsyncIterable<PassedPage>> {
  constructor(
    readonly scope: Scope,
    readonly filter: HistoryFilter,
    readonly order: HistoryOrder,
  ) {
    super();
  }
}

@QueryHandler(StreamHistory)
export class StreamHistoryHandler implements IQueryHandler<StreamHistory> {
  constructor(
    private readonly filters: HistoryFilters,
    private readonly entries: HistoryEntries,
  ) {}

  /**
   * The first page is read before it answers, so that what cannot be read is refused at once.
   * @throws HeraldError `invalid-request`, `read-models-rebuilding`, `search-too-broad`.
   */
  async execute({ scope, filter, order }: StreamHistory): Promise<AsyncIterable<PassedPage>> {
    const conditions = await this.filters.conditions(scope, filter);
    if (!conditions) return nothing();
    return this.#pages(scope, conditions, order, await this.#page(scope, conditions, order));
  }

  async *#pages(
    scope: Scope,
    conditions: HistoryConditions,
    order: HistoryOrder,
    first: PassedPage,
  ): AsyncGenerator<PassedPage, void, undefined> {
    let page = first;
    yield page;
    while (page.next !== undefined) {
      // An embedded store answers within the same turn of the event loop: others have theirs between two pages.
      await nextTurn();
      page = await this.#page(scope, conditions, order, page.next);
      yield page;
    }
  }

  #page(
    scope: Scope,
    conditions: HistoryConditions,
    order: HistoryOrder,
    after?: string,
  ): Promise<PassedPage> {
    return this.entries.passed(scope, orderedQuery(conditions, { order, limit: PAGE, after }));
  }
}

async function* nothing(): AsyncGenerator<PassedPage, void, undefined> {
  // No entry can match.
}
