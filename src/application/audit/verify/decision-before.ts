import { Notification } from '../../../domain/notification/notification.js';
import { streamOf } from '../../aggregates/streams.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import type { RecordedDecision } from '../history/notification-trail.js';

/** A decision that was made before a position; undefined if there is none. */
export const decisionBefore = async (
  log: EventStore,
  notificationId: string,
  before: Position,
): Promise<RecordedDecision | undefined> => {
  const stream = streamOf(Notification.category, notificationId);
  for await (const { data, position } of log.readStream(stream, { maxCount: 1 }))
    if (position < before) return data as unknown as RecordedDecision;
  return undefined;
};
