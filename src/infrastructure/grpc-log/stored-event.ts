import { isOwnMetadata } from '../../application/aggregates/own-events.js';
import type { JsonObject, StoredEvent } from '../../application/ports/event-store.js';
import type { ResolvedEvent } from './log-client.js';
import { positionOf } from './position.js';

/**
 * The event as Herald knows it; undefined for an event of somebody else, such as the server's own.
 * @param isOwnStream whether a stream belongs to Herald; events in any other stream are not history.
 */
export function storedEventOf(
  { event }: ResolvedEvent,
  isOwnStream: (stream: string) => boolean,
): StoredEvent | undefined {
  if (!event?.isJson || !event.position) return undefined;
  if (!isOwnStream(event.streamId) || !isOwnMetadata(event.metadata)) return undefined;
  return {
    id: event.id,
    type: event.type,
    data: event.data as JsonObject,
    metadata: event.metadata,
    stream: event.streamId,
    revision: Number(event.revision),
    position: positionOf(event.position),
  };
}
