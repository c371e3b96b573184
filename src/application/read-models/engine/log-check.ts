import { pause } from '../../concurrency/back-off.js';
import { eventAt } from '../../events/single-event.js';
import type { Collection, DocumentStore } from '../../ports/document-store.js';
import type { EventStore, Position } from '../../ports/event-store.js';

/** A follower server may be behind for moments: a log counts as shorter only if it stays so. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 300;

/**
 * Whether documents were built from this log: it reaches their checkpoint, and contains the event that was folded last.
 * @param signal ends the check; the result is true then.
 */
export async function isOfThisLog(
  log: EventStore,
  documents: DocumentStore,
  collection: Collection,
  signal: AbortSignal,
): Promise<boolean> {
  const checkpoint = await documents.checkpoint(collection);
  if (checkpoint === undefined) return true;
  if (!(await reaches(log, checkpoint, signal))) return false;
  return holdsMark(log, documents, collection, signal);
}

/** An unnecessary rebuild is expensive, so a difference counts only if it persists. */
async function holdsMark(
  log: EventStore,
  documents: DocumentStore,
  collection: Collection,
  signal: AbortSignal,
): Promise<boolean> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (looks > 0) await pause(BETWEEN_LOOKS_MS, signal);
    const mark = await documents.mark(collection);
    if (signal.aborted || mark === undefined) return true;
    if ((await eventAt(log, mark.position))?.id === mark.event) return true;
  }
  return false;
}

async function reaches(log: EventStore, checkpoint: Position, signal: AbortSignal): Promise<boolean> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (looks > 0) await pause(BETWEEN_LOOKS_MS, signal);
    if (signal.aborted || ((await log.head()) ?? '') >= checkpoint) return true;
  }
  return false;
}
