// Appends to new streams of a log until it is killed; tells its parent the streams that were acknowledged.
import { randomUUID } from 'node:crypto';
import { SqliteEventStore } from '../../dist/infrastructure/sqlite/sqlite-event-store.js';

const store = new SqliteEventStore({ file: process.argv[2], appendsInThread: true });
const metadata = {
  ...{ occurredAt: '2026-01-06T06:00:00.000Z', recordedAt: '2026-01-06T06:00:00.000Z', clock: 'system' },
  ...{ schemaVersion: 1, actor: 'test', commandId: 'c', $correlationId: 'c', $causationId: 'c' },
};
const events = () =>
  Array.from({ length: 7 }, (_, n) => ({ id: randomUUID(), type: 'Happened', data: { n }, metadata }));

for (;;) {
  const streams = Array.from({ length: 10 }, () => `child-${randomUUID()}`);
  await Promise.all(streams.map((stream) => store.append(stream, events(), 'no-stream')));
  process.send(streams);
}
