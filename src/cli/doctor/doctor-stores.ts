import {
  ClockRecords,
  type Dated,
  datedBy,
  isMisdated,
  isRecorded,
} from '../../application/clock/clock-records.js';
import { lastEvent } from '../../application/events/single-event.js';
import type { DocumentStore } from '../../application/ports/document-store.js';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import type { Projection } from '../../application/ports/projection.js';
import { PROJECTIONS } from '../../application/read-models/all.js';
import {
  type BuildName,
  collectionOf,
  ReadModels,
} from '../../application/read-models/engine/read-models.js';
import { ParkedDocuments } from '../../application/read-models/parking/parked-documents.js';
import { plus, toMillis } from '../../domain/kernel/instant.js';
import { SystemClock } from '../../infrastructure/clock/system-clock.js';

/** What was checked, and the result. */
export type Finding = readonly [mark: 'ok' | 'look' | 'WRONG', what: string, says: string];

/** The clocks of two machines synchronised by NTP differ by less than this, in milliseconds. */
const MAX_SKEW = 5_000;
/** A healthy live projection is behind by less than this, in events. */
const MAX_BEHIND = 1_000;

/** Whether the log answers, and whether its server should be a newer one. */
export async function* aboutLog(log: EventStore): AsyncGenerator<Finding> {
  const head = await log.head();
  yield ['ok', 'event store', head ? `answers; its last event is at ${head}` : 'answers and is empty'];
  const advice = await log.advice();
  if (advice) yield ['look', 'event store', advice];
}

/** Whether each read model exists, has its indexes and follows the log. */
export async function* aboutReadModels(
  documents: DocumentStore,
  log: EventStore | undefined,
): AsyncGenerator<Finding> {
  const known = await new ReadModels(documents).peek();
  const parkedDocuments = new ParkedDocuments(documents);
  await parkedDocuments.open();
  for (const projection of PROJECTIONS) {
    const { name, version } = projection;
    const live = known.get(name)?.live;
    if (!live) yield ['look', name, 'has not been built yet; Herald builds it at startup'];
    else if (live.version > version)
      yield [
        'look',
        name,
        `version ${live.version} is live, which only a newer version of Herald writes; the code has ${version}. Upgrade Herald, or run: herald replay ${name}`,
      ];
    else if (live.version < version)
      yield [
        'look',
        name,
        `version ${live.version} is live but the code has ${version}; Herald rebuilds it at startup`,
      ];
    else yield* aboutLive(projection, live, documents, parkedDocuments, log);
  }
}

async function* aboutLive(
  { name, indexes }: Pick<Projection<never>, 'name' | 'indexes'>,
  live: BuildName,
  documents: DocumentStore,
  parkedDocuments: ParkedDocuments,
  log: EventStore | undefined,
): AsyncGenerator<Finding> {
  const collection = collectionOf(live, indexes);
  const place = await documents.missingAt(collection);
  if (place !== undefined) {
    yield ['WRONG', name, `is missing at ${place}; Herald rebuilds it from the log at startup`];
    return;
  }
  const missing = await documents.missingIndexes(collection);
  if (missing.length > 0)
    yield ['WRONG', name, `has no index on ${missing.join(' and ')}; Herald creates it at startup`];
  const position = (await documents.checkpoint(collection)) ?? '';
  const [parked, ...others] = await parkedDocuments.of(collection.name);
  if (parked) {
    const { documentId, type, event, position: at, reason } = parked;
    yield [
      'WRONG',
      name,
      `parks ${documentId}${others.length > 0 ? ` and ${others.length} more` : ''}: ${type} ${event} at ${at}: ${reason}. See: herald parked list`,
    ];
    return;
  }
  if (log && position > ((await log.head()) ?? '')) {
    const says = `is ahead of the log, so the log was restored or replaced. Check that HERALD_EVENT_STORE names the intended log; Herald rebuilds the read model at startup`;
    yield ['WRONG', name, says];
    return;
  }
  const behind = log ? await eventsBehind(log, position) : 0;
  yield behind > MAX_BEHIND
    ? ['look', name, `is more than ${MAX_BEHIND} events behind: check that Herald is running`]
    : ['ok', name, `version ${live.version}, ${behind} events behind, with its indexes`];
}

/** How many events are in the log behind a position; counted up to one more than `MAX_BEHIND`. */
async function eventsBehind(log: EventStore, position: Position): Promise<number> {
  let behind = 0;
  // With the event at the position.
  const options = { maxCount: MAX_BEHIND + 2, ...(position === '' ? {} : { from: position }) };
  for await (const batch of log.readAll(options))
    behind += batch.filter((event) => event.position > position).length;
  return Math.min(behind, MAX_BEHIND + 1);
}

/** Whether this machine's clock agrees with the read models' server and with the log. */
export async function* aboutClock(
  documents: DocumentStore,
  log: EventStore | undefined,
): AsyncGenerator<Finding> {
  const clock = new SystemClock();
  const before = clock.now();
  const there = await documents.serverTime();
  // The server answered at some moment between these two.
  if (there !== undefined && !isBetween(plus(before, -MAX_SKEW), there, plus(clock.now(), MAX_SKEW))) {
    const skew = Math.round((toMillis(there) - toMillis(clock.now())) / 1_000);
    const says = `is ${Math.abs(skew)} seconds ${skew > 0 ? 'behind' : 'ahead of'} that of the read models’ server`;
    yield ['look', 'clock', `${says}: set both by NTP`];
    return;
  }
  const records = new ClockRecords(documents);
  await records.open();
  const confirmation = await records.confirmation();
  for await (const { position, recordedAt } of log ? datedLast(records, log) : []) {
    if (isMisdated({ position, recordedAt }, confirmation) || recordedAt <= plus(clock.now(), MAX_SKEW))
      continue;
    const says = `the event at position ${position} was recorded at ${recordedAt}, which is in the future`;
    yield [
      'look',
      'clock',
      `${says}: set this machine’s clock by NTP; if the event has a wrong date, run: herald clock confirm`,
    ];
    return;
  }
  yield [
    'ok',
    'clock',
    `is not behind the last recorded event${there === undefined ? '' : ' and agrees with that of the read models’ server'}`,
  ];
}

/** The last event of the log, and the last one that an instance has seen with a date in the future. */
async function* datedLast(records: ClockRecords, log: EventStore): AsyncGenerator<Dated> {
  const last = await lastEvent(log);
  if (last) yield datedBy(last);
  const future = await records.futureEvent();
  if (future && (await isRecorded(log, future))) yield future;
}

const isBetween = (from: string, instant: string, to: string): boolean => from <= instant && instant <= to;
