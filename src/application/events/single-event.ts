import { hasCode } from '../../domain/kernel/herald-error.js';
import type { EventStore, Position, StoredEvent } from '../ports/event-store.js';

/** The last event of the log; undefined for an empty one. */
export async function lastEvent(log: EventStore): Promise<StoredEvent | undefined> {
  for await (const [last] of log.readAll({ direction: 'backwards', maxCount: 1 })) return last;
  return undefined;
}

/** The event at exactly that position; undefined if there is none, also where another kind of log has no such position. */
export async function eventAt(log: EventStore, position: Position): Promise<StoredEvent | undefined> {
  try {
    for await (const [event] of log.readAll({ from: position, maxCount: 1 }))
      return event?.position === position ? event : undefined;
  } catch (error) {
    if (!hasCode(error, 'invalid-position')) throw error;
  }
  return undefined;
}
