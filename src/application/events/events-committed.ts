import type { StoredEvent } from '../ports/event-store.js';

/**
 * Events of the log, published on Nest's EventBus once the agenda contains them; if another instance writes the agenda, or none
 * does, once this instance has seen them. Other read models may be behind: wait for the one you need. Delivery is neither
 * exactly once nor guaranteed: a restart begins at a checkpoint, and the agenda is the safety net.
 */
export class EventsCommitted {
  constructor(readonly events: readonly StoredEvent[]) {}
}
