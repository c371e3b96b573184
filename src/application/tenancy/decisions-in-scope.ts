import { Injectable } from '@nestjs/common';
import { covers, type Scope } from '../../domain/access/scope.js';
import { Notification } from '../../domain/notification/notification.js';
import { streamOf } from '../aggregates/streams.js';
import { EventStore } from '../ports/event-store.js';

/** Which decisions a principal sees: those that were made in its solutions. */
@Injectable()
export class DecisionsInScope {
  constructor(private readonly log: EventStore) {}

  /** Whether the scope covers the decision; false for one that does not exist, unless the scope is `all`. */
  async covers(scope: Scope, notificationId: string): Promise<boolean> {
    if (scope === 'all') return true;
    for await (const { data } of this.log.readStream(streamOf(Notification.category, notificationId)))
      return covers(scope, data.solutionId as string);
    return false;
  }
}
