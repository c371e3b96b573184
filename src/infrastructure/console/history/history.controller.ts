import type { StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { StreamHistory } from '../../../application/audit/changes/stream-history.js';
import { GetSummary } from '../../../application/audit/history/get-summary.js';
import { SearchHistory } from '../../../application/audit/history/search-history.js';
import { Clock } from '../../../application/ports/clock.js';
import type { Principal } from '../../../domain/access/principal.js';
import { MAX_SUMMARY_DAYS } from '../../../domain/bounds.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { Caller } from '../../http/access/caller.js';
import { Exports } from '../../http/exports/exports.js';
import { exportOf } from '../../http/exports/history-export.js';
import { CSV, NDJSON } from '../../http/exports/media-types.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page, Resource } from '../kit/page.js';
import { type CountsPage, countsPage } from './counts-page.js';
import {
  countedOf,
  countsQuery,
  exportQuery,
  filterOf,
  type HistoryPageQuery,
  historyPageQuery,
} from './history-filters.js';
import { type HistoryPage, historyPage } from './history-page.js';

const FORMATS = { csv: CSV, ndjson: NDJSON } as const;

/** What was sent to whom, and what was withheld. */
@ConsoleController('history')
export class HistoryController {
  constructor(
    private readonly queries: QueryBus,
    private readonly exports: Exports,
    private readonly clock: Clock,
  ) {}

  @Page('', 'history', 'history:read')
  async list(
    @Filters({ schema: historyPageQuery }) filters: HistoryPageQuery,
    @Caller() { scope }: Principal,
  ): Promise<HistoryPage> {
    const { order, limit, after, ...given } = filters;
    const page = await this.queries.execute(
      new SearchHistory(scope, filterOf(given), { order, limit, after }),
    );
    return historyPage(filters, page, this.clock.now());
  }

  @Page('counts', 'history-counts', 'history:read')
  @ExpensiveRead()
  async counts(
    @Filters({ schema: countsQuery }) filters: z.output<typeof countsQuery>,
    @Caller() { scope }: Principal,
  ): Promise<CountsPage> {
    const earliest = plus(this.clock.now(), -(MAX_SUMMARY_DAYS - 1) * DAY);
    return countsPage(
      filters,
      await this.queries.execute(new GetSummary(scope, countedOf(filters, earliest))),
    );
  }

  /** Not an `Accept` header but `format` says what is exported: browsers cannot choose one for a link. */
  @Resource('export', 'history:read')
  export(
    @Filters({ schema: exportQuery }) { format, order, ...filters }: z.output<typeof exportQuery>,
    @Caller() principal: Principal,
  ): Promise<StreamableFile> {
    const type = FORMATS[format];
    return this.exports.answer(principal, 'herald-history', type, async () =>
      exportOf(
        await this.queries.execute(new StreamHistory(principal.scope, filterOf(filters), order)),
        type,
      ),
    );
  }
}
