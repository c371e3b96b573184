import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { Fact, Recorded } from '../../src/domain/kernel/event.js';

/** The events as a log holds them. */
export const stored = (stream: string, events: readonly Recorded<Fact>[]): StoredEvent[] =>
  events.map(
    ({ type, data, occurredAt, recordedAt, eventId }) =>
      ({
        ...{ stream, type, data, id: eventId, position: eventId },
        metadata: { occurredAt, recordedAt },
      }) as unknown as StoredEvent,
  );
