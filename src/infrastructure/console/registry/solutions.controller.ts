import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetChanges } from '../../../application/audit/changes/get-changes.js';
import { GetSolution } from '../../../application/audit/registry/get-solution.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import {
  SOLUTION_STATUSES,
  type SolutionDocument,
} from '../../../application/read-models/solutions/solutions.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { pageQuery, solutionParams, solutionsQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { at } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import { pagerOf } from '../kit/pager.js';
import { optionsOf } from '../kit/words.js';
import { changeRows } from './change-rows.js';
import type { ChangesPage } from './changes-page.js';
import { type ListPage, listPage } from './list-page.js';
import { Registry } from './registry.js';
import { type LatestChanges, RELATED_ROWS, Related } from './related.js';
import { type SolutionPage, solutionPage } from './solution-page.js';
import { type SolutionRow, solutionRow } from './solution-row.js';

type SolutionsFilters = z.output<typeof solutionsQuery>;
type SolutionParams = z.output<typeof solutionParams>;

interface SolutionsPage extends ListPage<SolutionRow, SolutionsFilters> {
  readonly statuses: ReturnType<typeof optionsOf>;
}

/** Solutions: their settings, policies and partners. */
@ConsoleController('solutions')
export class SolutionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: Registry,
    private readonly related: Related,
  ) {}

  @Page('', 'solutions', 'history:read')
  async list(
    @Filters({ schema: solutionsQuery }) filters: SolutionsFilters,
    @Caller() { scope }: Principal,
  ): Promise<SolutionsPage> {
    const { status, limit, after } = filters;
    const page = await this.registry.list<SolutionDocument>(scope, 'solutions', {
      where: { status },
      ...{ limit, after },
    });
    return {
      ...listPage('Solutions', at('solutions'), filters, page, solutionRow),
      statuses: optionsOf(SOLUTION_STATUSES, status),
    };
  }

  @Page(':id', 'solution', 'history:read')
  @ExpensiveRead()
  async one(
    @Param({ schema: solutionParams }) { id }: SolutionParams,
    @Caller() { scope }: Principal,
  ): Promise<SolutionPage> {
    const solution = await this.queries.execute(new GetSolution(scope, id));
    const [partners, told, planned, changes] = await Promise.all([
      this.registry.list<PartnerDocument>(scope, 'partners', {
        where: { solutionId: id },
        limit: RELATED_ROWS,
      }),
      this.related.told(scope, { solution: id }),
      this.related.planned(scope, { solution: id }),
      this.#changes(scope, id),
    ]);
    return solutionPage({ solution, partners, told, planned, changes });
  }

  @Page(':id/changes', 'changes', 'history:read')
  async changes(
    @Param({ schema: solutionParams }) { id }: SolutionParams,
    @Filters({ schema: pageQuery }) page: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ChangesPage> {
    const { items, next } = await this.queries.execute(new GetChanges(scope, 'solution', id, page));
    return {
      title: `Changes of the solution ${id}`,
      subject: { text: id, href: at('solutions', id) },
      rows: changeRows('solution', items),
      ...pagerOf(at('solutions', id, 'changes'), page, next),
    };
  }

  /** A solution that partners were only registered in has no changes of its own. */
  async #changes(scope: Scope, id: string): Promise<LatestChanges | undefined> {
    try {
      return await this.related.changes(scope, 'solution', id, at('solutions', id));
    } catch (error) {
      if (hasCode(error, 'not-found')) return undefined;
      throw error;
    }
  }
}
