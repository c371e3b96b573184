import { randomUUID } from 'node:crypto';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happenings } from './events.js';

/** Appends to new streams of a log, once or until it is killed; tells its parent the streams that were acknowledged. */
const [, , file = '', eventsPerAppend, mode] = process.argv;
const store = new SqliteEventStore({ file });

do {
  const streams = Array.from({ length: mode === 'forever' ? 10 : 1 }, () => `child-${randomUUID()}`);
  await Promise.all(
    streams.map((stream) => store.append(stream, happenings(Number(eventsPerAppend)), 'no-stream')),
  );
  process.send?.(streams);
} while (mode === 'forever');

await store.close();
process.disconnect?.();
