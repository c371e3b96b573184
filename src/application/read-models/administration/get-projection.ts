import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { EventStore } from '../../ports/event-store.js';
import { projectionNamed } from '../all.js';
import { type ProjectionStatus, ProjectionStatuses } from '../rebuild/projection-statuses.js';

/** One projection: what is live, how far it is, and its latest rebuild. */
export class GetProjection extends Query<ProjectionStatus> {
  constructor(readonly name: string) {
    super();
  }
}

@QueryHandler(GetProjection)
export class GetProjectionHandler implements IQueryHandler<GetProjection> {
  constructor(
    private readonly statuses: ProjectionStatuses,
    private readonly events: EventStore,
  ) {}

  /** @throws HeraldError `not-found`. */
  async execute({ name }: GetProjection): Promise<ProjectionStatus> {
    const projection = projectionNamed(name);
    return this.statuses.of(projection, await this.events.head());
  }
}
