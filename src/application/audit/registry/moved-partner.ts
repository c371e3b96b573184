import type { StoredEvent } from '../../ports/event-store.js';
import type { HistoryEntry } from '../../read-models/history/history.js';

/** What is said in the place of a reason that follows from facts of a solution that the reader does not see. */
const MOVED = 'The partner has moved to another solution since.';

/**
 * An event of a notification without what its partner became in another solution. A decision stays with the solution that it was made
 * in; why it was no longer due is told by the facts of the solution that the partner is in now.
 */
export const withoutOtherSolutions = (event: StoredEvent): StoredEvent => {
  if (event.type !== 'Superseded') return event;
  const { instead: _, ...data } = event.data;
  return { ...event, data: { ...data, reason: MOVED, conditions: [] } };
};

/** The same for an entry of the history. */
export const entryWithoutOtherSolutions = (entry: HistoryEntry): HistoryEntry =>
  entry.outcome === 'superseded' ? { ...entry, detail: MOVED } : entry;
