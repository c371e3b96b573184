// What the bare client does against a server of EventStoreDB, or the double: node bench/eventstoredb-client.mjs [LATENCY_MS]
// The other benchmarks of EventStoreDB have these figures for limits.
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client';
import PQueue from 'p-queue';
import { withServer } from './eventstoredb-server.mjs';
import { timed } from './support.mjs';

const SINGLES = 2_000;
const EVENTS = 100_000;
const EACH = 500;

const event = (n) =>
  jsonEvent({ type: 'Counted', data: { n, says: 'x'.repeat(100) }, metadata: { says: 'y'.repeat(100) } });

async function measure(url) {
  const client = EventStoreDBClient.connectionString(url);
  const show = (what, count, millis) =>
    process.stdout.write(`${what}: ${Math.round((count * 1_000) / millis)} events/s\n`);
  const append = (count, prefix) =>
    client.appendToStream(
      `${prefix}-${randomUUID()}`,
      Array.from({ length: count }, (_, n) => event(n)),
      { expectedRevision: NO_STREAM },
    );
  const singles = () => Promise.all(Array.from({ length: SINGLES }, () => append(1, 'single')));
  await singles(); // both sides compile
  show('2,000 appends of one event at once', SINGLES, await timed(singles));
  const batches = Array.from({ length: EVENTS / EACH }, () => () => append(EACH, 'batch'));
  show('appends of 500', EVENTS, await timed(() => new PQueue({ concurrency: 8 }).addAll(batches)));

  for (const time of ['first', 'second']) {
    let read = 0;
    const readAll = await timed(async () => {
      for await (const _ of client.readAll({ fromPosition: START })) read += 1;
    });
    show(`readAll, the ${time} time`, read, readAll);
  }
  let seen = 0;
  const filter = streamNameFilter({ prefixes: ['batch-'] });
  const subscribed = await timed(async () => {
    for await (const _ of client.subscribeToAll({ fromPosition: START, filter })) {
      seen += 1;
      if (seen === EVENTS) break;
    }
  });
  show('filtered subscribeToAll', seen, subscribed);
  await client.dispose();
}

await withServer(measure, { latency: Number(process.argv[2] ?? 0) });
