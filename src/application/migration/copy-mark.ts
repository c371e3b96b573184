import { randomUUID } from 'node:crypto';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { SCHEMA } from '../aggregates/own-events.js';
import { lastEvent } from '../events/single-event.js';
import type { EventStore, EventToAppend, StoredEvent } from '../ports/event-store.js';

/** In the target of a copy: what says whether it holds the whole log. It is no part of the log that is copied. */
const STREAM = 'logCopy-target';
const BEGUN = 'LogCopyBegun';
const ENDED = 'LogCopyEnded';

/** Whether an event says something of a copy, and is not copied itself. */
export const isCopyMark = ({ stream }: Pick<StoredEvent, 'stream'>): boolean => stream === STREAM;

/**
 * Refuses a log that was copied in part: mails whose sending it does not know would be sent again.
 * @throws HeraldError `log-incomplete`; what the log throws when it is unavailable.
 */
export async function requireWhole(log: EventStore): Promise<void> {
  if ((await lastMark(log))?.type !== BEGUN) return;
  throw new HeraldError(
    'log-incomplete',
    'This log was copied in part: mails that it lacks would be sent again. Run the same herald migrate command again until it ends with 0, or choose another log.',
    'HERALD_EVENT_STORE',
  );
}

/**
 * Marks an empty target before the first event is copied. One that holds events gets no mark: it may be the log of a Herald that has to
 * start again.
 */
export async function markBegun(source: EventStore, target: EventStore): Promise<void> {
  if ((await target.head()) !== undefined) return;
  const last = await lastEvent(source);
  if (last) await target.append(STREAM, [markAt(last, BEGUN)], 'no-stream');
}

/** Notes that the target holds all of the source. */
export async function markEnded(target: EventStore): Promise<void> {
  const last = await lastMark(target);
  if (last?.type === BEGUN) await target.append(STREAM, [markAt(last, ENDED)], last.revision);
}

async function lastMark(log: EventStore): Promise<StoredEvent | undefined> {
  for await (const last of log.readStream(STREAM, { direction: 'backwards', maxCount: 1 })) return last;
  return undefined;
}

/** With the time and clock of another event: a test log stays one, and its last event says so. */
const markAt = ({ metadata }: StoredEvent, type: string): EventToAppend => {
  const { recordedAt, clock } = metadata;
  const id = randomUUID();
  return {
    ...{ id, type, data: {} },
    metadata: {
      ...{ $correlationId: id, $causationId: id, commandId: id, actor: 'operator' },
      ...{ occurredAt: recordedAt, recordedAt, schemaVersion: 1, schema: SCHEMA },
      ...(clock && { clock }),
    },
  };
};
