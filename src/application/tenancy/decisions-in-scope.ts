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
    return scope === 'all' || covers(scope, await this.solutionOf(notificationId));
  }

  /** The solution that the decision was made in; undefined if there is no such decision. */
  async solutionOf(notificationId: string): Promise<string | undefined> {
    for await (const { data } of this.log.readStream(streamOf(Notification.category, notificationId)))
      return data.solutionId as string;
    return undefined;
  }
}
