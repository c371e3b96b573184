import type { ResolvedEvent } from '@eventstore/db-client';
import type { EventMetadata, JsonObject, StoredEvent } from '../../application/event-store.js';
import { positionOf } from './position.js';

/** The event as Herald knows it; undefined for what somebody else wrote, such as the server's own events. */
export function storedEventOf({ event }: ResolvedEvent): StoredEvent | undefined {
  if (!event?.isJson || !event.position || !isHeralds(event.metadata)) return undefined;
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

/** Herald writes these two with every event; others may write to the same server. */
const isHeralds = (metadata: unknown): metadata is EventMetadata =>
  typeof metadata === 'object' && metadata !== null && 'commandId' in metadata && 'recordedAt' in metadata;
