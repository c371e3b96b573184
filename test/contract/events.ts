import { randomUUID } from 'node:crypto';
import type {
  EventStore,
  EventToAppend,
  JsonObject,
  ReadStreamOptions,
  StoredEvent,
} from '../../src/application/ports/event-store.js';

/** An event that has nothing special about it. */
export const happened = (data: JsonObject = { n: 1 }, type = 'Happened'): EventToAppend => ({
  id: randomUUID(),
  type,
  data,
  metadata: {
    $correlationId: 'correlation',
    $causationId: 'causation',
    actor: 'platform',
    commandId: 'command',
    occurredAt: '2026-03-02T08:00:00.000Z',
    recordedAt: '2026-03-02T08:00:01.000Z',
    schemaVersion: 1,
  },
});

/** `count` of them, numbered from 0. */
export const happenings = (count: number): EventToAppend[] =>
  Array.from({ length: count }, (_, n) => happened({ n }));

/** All events that a read of a stream gives. */
export async function eventsOf(
  store: EventStore,
  stream: string,
  options?: ReadStreamOptions,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream, options)) events.push(event);
  return events;
}

/** The first `count` events of the batches that are `wanted`, or fewer when the batches end. */
export async function take(
  batches: AsyncIterable<readonly StoredEvent[]>,
  count: number,
  wanted: (event: StoredEvent) => boolean = () => true,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of batches) {
    events.push(...batch.filter(wanted));
    if (events.length >= count) break;
  }
  return events.slice(0, count);
}

export const revisions = (events: readonly StoredEvent[]): number[] => events.map((event) => event.revision);

/** The events of each stream, in the order of the log. */
export function byStream(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}
