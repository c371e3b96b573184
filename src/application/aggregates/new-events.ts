import type { Fact } from '../../domain/kernel/event.js';
import type {
  EventJson,
  EventMetadata,
  EventToAppend,
  JsonObject,
  StoredEvent,
} from '../ports/event-store.js';
import { asRead } from './as-read.js';
import { SCHEMA } from './own-events.js';
import type { CommandContext } from './requests.js';

/** An event to append. Its JSON is made once, for its size, the log and the memory: a frozen mail is long. */
export type NewEvent = EventToAppend & { readonly json: EventJson };

/** When and by which code events are recorded. */
export type Recorded = Pick<EventMetadata, 'recordedAt' | 'clock' | 'schemaVersion'>;

/** The event of a fact that a command has decided. */
export const newEvent = (
  { type, data, occurredAt }: Fact,
  id: string,
  context: CommandContext & { readonly commandId: string },
  recorded: Recorded,
): NewEvent => {
  const metadata: EventMetadata = {
    $correlationId: context.correlationId ?? context.commandId,
    $causationId: context.causationId ?? context.commandId,
    actor: context.actor,
    commandId: context.commandId,
    occurredAt,
    ...recorded,
    schema: SCHEMA,
    ...(context.source === undefined ? {} : { source: context.source }),
    ...(context.sourceId === undefined ? {} : { sourceId: context.sourceId }),
    ...(context.sourceDigest === undefined ? {} : { sourceDigest: context.sourceDigest }),
    ...(context.asSent === undefined ? {} : { asSent: context.asSent }),
    ...(context.instance === undefined ? {} : { instance: context.instance }),
  };
  const json = { data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
  return { id, type, data: data as JsonObject, metadata, json };
};

/** The event as a reader would get it, so that folding it in memory gives the same state as folding the log. */
export const storedAs = (
  event: EventToAppend,
  stream: string,
  revision: number,
  position = '',
): StoredEvent => ({
  ...event,
  data: asRead(event.data) as JsonObject,
  stream,
  revision,
  position,
});
