import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { PROJECTIONS } from '../all.js';
import { type ProjectionStatus, ProjectionStatuses } from '../rebuild/projection-statuses.js';

/** All projections, as {@link GetProjection} answers for one. */
export class ListProjections extends Query<readonly ProjectionStatus[]> {}

@QueryHandler(ListProjections)
export class ListProjectionsHandler implements IQueryHandler<ListProjections> {
  constructor(private readonly statuses: ProjectionStatuses) {}

  async execute(): Promise<readonly ProjectionStatus[]> {
    const total = await this.statuses.total();
    return Promise.all(PROJECTIONS.map((projection) => this.statuses.of(projection, total)));
  }
}
