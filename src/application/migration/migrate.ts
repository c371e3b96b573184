import { isDeepStrictEqual } from 'node:util';
import { MAX_COPIED_APPEND_BYTES, MAX_COPIED_EVENTS_PER_APPEND } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { EventStore, Position, StoredEvent } from '../ports/event-store.js';

/**
 * Copies a log into another: every event with its id, data, times and revision, in the same order. What is there already is
 * passed over, so that one that was interrupted is started again.
 * @param told is called with the position of the last event that was copied.
 * @returns how many events there were.
 * @throws HeraldError `target-differs` when the target holds something else.
 */
export async function copyLog(
  source: EventStore,
  target: EventStore,
  told: (position: Position) => Promise<void>,
): Promise<number> {
  let copied = 0;
  for await (const batch of source.readAll()) {
    for (const events of appendsOf(batch)) {
      await append(target, events);
      copied += events.length;
    }
    const last = batch.at(-1);
    if (last) await told(last.position);
  }
  return copied;
}

/**
 * Reads both logs side by side.
 * @returns how many events they both hold.
 * @throws HeraldError `target-differs` naming the first event that is not the same in both.
 */
export async function compareLogs(
  source: EventStore,
  target: EventStore,
  told: (position: Position) => Promise<void>,
): Promise<number> {
  const others = each(target.readAll());
  let same = 0;
  for await (const event of each(source.readAll())) {
    const other = (await others.next()).value;
    if (!other || !isDeepStrictEqual(withoutPosition(event), withoutPosition(other)))
      throw differs(event, other);
    same += 1;
    if (same % 1_000 === 0) await told(event.position);
  }
  const more = (await others.next()).value;
  if (more) throw differs(undefined, more);
  return same;
}

/** Events that follow each other in one stream go together; the order of the log stays as it is. */
function* appendsOf(batch: readonly StoredEvent[]): Generator<StoredEvent[]> {
  let events: StoredEvent[] = [];
  let bytes = 0;
  for (const event of batch) {
    const size = Buffer.byteLength(JSON.stringify(event));
    const [first] = events;
    if (
      first &&
      (first.stream !== event.stream ||
        events.length === MAX_COPIED_EVENTS_PER_APPEND ||
        bytes + size > MAX_COPIED_APPEND_BYTES)
    ) {
      yield events;
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += size;
  }
  if (events.length > 0) yield events;
}

async function append(target: EventStore, events: readonly StoredEvent[]): Promise<void> {
  const [first] = events;
  if (!first) return;
  try {
    // At the very same revision: events that are there already are recognised by their ids.
    await target.append(first.stream, events, first.revision === 0 ? 'no-stream' : first.revision - 1);
  } catch (error) {
    if (error instanceof HeraldError && error.code === 'wrong-expected-revision') throw differs(first);
    throw error;
  }
}

async function* each(batches: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<StoredEvent, undefined> {
  for await (const batch of batches) yield* batch;
  return undefined;
}

const withoutPosition = ({ position: _, ...event }: StoredEvent) => event;

const placeOf = ({ stream, revision }: StoredEvent): string => `event ${revision} of ${stream}`;

const differs = (event: StoredEvent | undefined, other?: StoredEvent): HeraldError =>
  new HeraldError(
    'target-differs',
    event
      ? `The target does not hold ${placeOf(event)} as the source does${other ? `: it has ${placeOf(other)} there` : ''}. Copy into an empty log, while no Herald writes to either.`
      : `The target holds more than the source: ${other ? placeOf(other) : ''}. Copy into an empty log, while no Herald writes to either.`,
  );
