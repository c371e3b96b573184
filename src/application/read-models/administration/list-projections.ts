import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { EventStore } from '../../ports/event-store.js';
import { PROJECTIONS } from '../all.js';
import { type ProjectionStatus, ProjectionStatuses } from '../rebuild/projection-statuses.js';

/** All projections, as {@link GetProjection} answers for one. */
export class ListProjections extends Query<readonly ProjectionStatus[]> {}

@QueryHandler(ListProjections)
export class ListProjectionsHandler implements IQueryHandler<ListProjections> {
  constructor(
    private readonly statuses: ProjectionStatuses,
    private readonly events: EventStore,
  ) {}

  async execute(): Promise<readonly ProjectionStatus[]> {
    const head = await this.events.head();
    return Promise.all(PROJECTIONS.map((projection) => this.statuses.of(projection, head)));
  }
}
