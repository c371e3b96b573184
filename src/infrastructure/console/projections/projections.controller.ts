import { type MessageEvent, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import type * as z from 'zod';
import { GetDifference } from '../../../application/read-models/administration/get-difference.js';
import { GetProjection } from '../../../application/read-models/administration/get-projection.js';
import { ListParked } from '../../../application/read-models/administration/list-parked.js';
import { ListProjections } from '../../../application/read-models/administration/list-projections.js';
import { ListSkippedEvents } from '../../../application/read-models/administration/list-skipped-events.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { pageOf } from '../../http/page-of.js';
import { skippedEventKey } from '../../http/projections/parked.controller.js';
import { RebuildProgress } from '../../http/projections/rebuild-progress.js';
import { differenceQuery, pageQuery, projectionName } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page, Watch } from '../kit/page.js';
import { buildView } from './build-view.js';
import { type DifferencePage, differencePage } from './difference-page.js';
import {
  type ProjectionPage,
  type ProjectionsPage,
  projectionPage,
  projectionsPage,
} from './projection-page.js';
import { type SkippedPage, skippedPage } from './skipped-page.js';

/** How the read models are: their lag, their rebuilds, and what is parked. */
@ConsoleController('projections')
export class ProjectionPagesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly rebuilds: RebuildProgress,
  ) {}

  @Page('', 'projections', 'operations:read')
  async list(): Promise<ProjectionsPage> {
    return projectionsPage(await this.queries.execute(new ListProjections()));
  }

  @Page('skipped', 'skipped', 'operations:read')
  async skipped(@Filters({ schema: pageQuery }) query: z.output<typeof pageQuery>): Promise<SkippedPage> {
    const all = await this.queries.execute(new ListSkippedEvents());
    return skippedPage(pageOf(all, skippedEventKey, query), query.after);
  }

  @Page(':name', 'projection', 'operations:read')
  async one(
    @Param('name', { schema: projectionName }) name: string,
    @Filters({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
    @Caller() principal: Principal,
  ): Promise<ProjectionPage> {
    const status = await this.queries.execute(new GetProjection(name));
    const parked = await this.queries.execute(new ListParked(limit, after, name));
    return projectionPage(status, parked, after, principal);
  }

  // It says when to look, not what there is to see: whoever may no longer see the page learns nothing.
  @Watch(':name/progress', 'operations:read')
  async progress(@Param('name', { schema: projectionName }) name: string): Promise<Observable<MessageEvent>> {
    const hints = await this.rebuilds.hints(name);
    return hints.pipe(map(() => ({ type: 'progress', data: 'look' })));
  }

  // The samples show documents.
  @Page(':name/difference', 'difference', 'operations:read', { reads: 'personal-data' })
  @ExpensiveRead()
  async difference(
    @Param('name', { schema: projectionName }) name: string,
    @Filters({ schema: differenceQuery }) { samples }: z.output<typeof differenceQuery>,
  ): Promise<DifferencePage> {
    const status = await this.queries.execute(new GetProjection(name));
    const canCompare = status.build && buildView(status.build).canCompare;
    const comparison = canCompare ? await this.queries.execute(new GetDifference(name, samples)) : undefined;
    return differencePage(status, comparison, samples);
  }
}
