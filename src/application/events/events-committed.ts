import type { StoredEvent } from '../ports/event-store.js';

/**
 * Events of the log, published on Nest's EventBus once the agenda holds them; where another instance writes the agenda, or nobody does at the
 * moment, once this instance has seen them. The other read models may be behind: whoever needs one waits for it.
 * Whoever acts on it must cope with seeing events again, or not at all: a restart begins at a checkpoint, and the agenda is the safety net.
 */
export class EventsCommitted {
  constructor(readonly events: readonly StoredEvent[]) {}
}
