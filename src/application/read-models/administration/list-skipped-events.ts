import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { PROJECTIONS } from '../all.js';
import { type SkippedEvent, SkippedEvents } from '../parking/skipped-events.js';

/** All events that are passed over for a document: who said so, when and why. */
export class ListSkippedEvents extends Query<readonly SkippedEvent[]> {}

@QueryHandler(ListSkippedEvents)
export class ListSkippedEventsHandler implements IQueryHandler<ListSkippedEvents> {
  constructor(private readonly skippedEvents: SkippedEvents) {}

  async execute(): Promise<readonly SkippedEvent[]> {
    const lists = await Promise.all(PROJECTIONS.map(({ name }) => this.skippedEvents.list(name)));
    return lists.flat();
  }
}
