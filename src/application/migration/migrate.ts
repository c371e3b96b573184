import { isDeepStrictEqual } from 'node:util';
import { MAX_COPIED_APPEND_BYTES, MAX_COPIED_EVENTS_PER_APPEND } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { EventStore, Position, StoredEvent } from '../ports/event-store.js';
import { isCopyMark, markBegun, markEnded, requireWhole } from './copy-mark.js';

/** Called with the number of events so far, and the position of the last. */
export type OnProgress = (events: number, position: Position) => Promise<void>;

/**
 * Copies a log into another one: every event with its id, data, times and revision, in the same order. Existing events are
 * skipped, so an interrupted copy can be restarted. Until `compareLogs` has ended, the target says that it is incomplete.
 * @returns the number of events.
 * @throws HeraldError `target-differs` when the target holds something else, `log-incomplete` for a source that was copied in part.
 */
export async function copyLog(
  source: EventStore,
  target: EventStore,
  onProgress: OnProgress,
): Promise<number> {
  await requireWhole(source);
  await markBegun(source, target);
  let copied = 0;
  for await (const batch of source.readAll()) {
    copied += await copyBatch(
      batch.filter((event) => !isCopyMark(event)),
      target,
    );
    const last = batch.at(-1);
    if (last) await onProgress(copied, last.position);
  }
  return copied;
}

/** Appends a batch, all of it in flight together: a log stores appends of one client in the order in which they come. */
async function copyBatch(batch: readonly StoredEvent[], target: EventStore): Promise<number> {
  const appended = await Promise.all(Array.from(appendsOf(batch), (events) => append(target, events)));
  for (const [n, { position, first }] of appended.entries())
    if (position < (appended[n - 1]?.position ?? '')) throw outOfOrder(first);
  return batch.length;
}

/**
 * Reads both logs side by side, and notes in the target that it is complete.
 * @returns the number of events that both hold.
 * @throws HeraldError `target-differs` naming the first difference.
 */
export async function compareLogs(
  source: EventStore,
  target: EventStore,
  onProgress: OnProgress,
): Promise<number> {
  const others = each(target.readAll());
  let same = 0;
  for await (const event of each(source.readAll())) {
    const other = (await others.next()).value;
    if (!other || !isDeepStrictEqual(withoutPosition(event), withoutPosition(other)))
      throw differs(event, other);
    same += 1;
    if (same % 1_000 === 0) await onProgress(same, event.position);
  }
  const more = (await others.next()).value;
  if (more) throw differs(undefined, more);
  await markEnded(target);
  return same;
}

/** Groups consecutive events of the same stream; the order of the log stays the same. */
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

interface Appended {
  readonly first: StoredEvent;
  readonly position: Position;
}

async function append(target: EventStore, events: readonly StoredEvent[]): Promise<Appended> {
  const [first] = events as [StoredEvent];
  const expected = first.revision === 0 ? 'no-stream' : first.revision - 1;
  try {
    // At the original revision, so that existing events are recognised by their ids.
    const { position } = await target.append(first.stream, events, expected);
    return { first, position };
  } catch (error) {
    if (error instanceof HeraldError && error.code === 'wrong-expected-revision') throw differs(first);
    throw error;
  }
}

async function* each(batches: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<StoredEvent, undefined> {
  for await (const batch of batches) yield* batch.filter((event) => !isCopyMark(event));
  return undefined;
}

const withoutPosition = ({ position: _, ...event }: StoredEvent) => event;

const placeOf = ({ stream, revision }: StoredEvent): string => `event ${revision} of ${stream}`;

const outOfOrder = (event: StoredEvent): HeraldError =>
  new HeraldError(
    'target-differs',
    `The target has stored ${placeOf(event)} before an event that precedes it in the source: it was interrupted meanwhile, for example while its cluster elected a leader. Copy again into an empty log.`,
  );

const differs = (event: StoredEvent | undefined, other?: StoredEvent): HeraldError =>
  new HeraldError(
    'target-differs',
    event
      ? `The target does not hold ${placeOf(event)} as the source does${other ? `: it has ${placeOf(other)} there` : ''}. Copy into an empty log while no instance writes to either.`
      : `The target holds more than the source: ${other ? placeOf(other) : ''}. Copy into an empty log while no instance writes to either.`,
  );
