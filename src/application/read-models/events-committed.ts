import type { StoredEvent } from '../event-store.js';

/**
 * A batch of the log, published on Nest's EventBus once this instance has seen it: the read models that it writes hold it by then.
 * Whoever acts on it must cope with seeing it again, or not at all: a restart begins at a checkpoint, and the agenda is the safety net.
 */
export class EventsCommitted {
  constructor(readonly events: readonly StoredEvent[]) {}
}
