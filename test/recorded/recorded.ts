import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Document } from '../../src/application/ports/document-store.js';
import type { EventStore, StoredEvent } from '../../src/application/ports/event-store.js';

// The log of the eight weeks as it was written when e-mail was the only channel, and the documents of all read models that
// that version folded from it: up to the end, and up to a notification that was raised and not sent yet. Never recorded again.

const linesOf = <T>(name: string): readonly T[] =>
  gunzipSync(readFileSync(new URL(`./eight-weeks.${name}.ndjson.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** A document, folded from the events up to a position. */
export interface RecordedDocument {
  readonly upTo: string;
  readonly projection: string;
  readonly document: Document & Readonly<Record<string, unknown>>;
}

/** The events as they were written. */
export const recordedEvents = linesOf<StoredEvent>('events');

export const recordedDocuments = linesOf<RecordedDocument>('documents');

/** Writes the first so many events into an empty log: there each has the position that it had. */
export const writeRecorded = async (log: EventStore, count = recordedEvents.length): Promise<void> => {
  for (const { stream, revision, position: _, ...event } of recordedEvents.slice(0, count))
    await log.append(stream, [event], revision === 0 ? 'no-stream' : revision - 1);
};
