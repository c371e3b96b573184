// Events a second that the runner of projections reads from EventStoreDB; the limit is the bare client, which reads the same
// events by a filtered subscription. The server is that of HERALD_BENCH_EVENTSTORE_URL, which has to be empty, or the double.
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, excludeSystemEvents, START } from '@eventstore/db-client';
import { Projector } from '../dist/application/read-models/engine/projector.js';
import { EventStoreDbEventStore } from '../dist/infrastructure/eventstoredb/eventstoredb-event-store.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { withServer } from './eventstoredb-server.mjs';
import { inFolder, timed } from './support.mjs';

const EVENTS = 50_000;
const EACH = 500;

/** One document for every stream. */
const counting = {
  name: 'counting',
  version: 1,
  handles: ['Counted'],
  indexes: [],
  target: ({ stream }) => ({ ids: [stream] }),
  evolve: (known, _, id) => ({ id, events: (known?.events ?? 0) + 1 }),
};

const event = (n) => ({
  id: randomUUID(),
  type: 'Counted',
  data: { n, says: 'x'.repeat(200) },
  metadata: {
    ...{
      $correlationId: randomUUID(),
      $causationId: randomUUID(),
      actor: 'platform',
      commandId: randomUUID(),
    },
    ...{ occurredAt: '2026-01-05T06:00:00.000Z', recordedAt: '2026-01-05T06:00:00.000Z', schemaVersion: 1 },
  },
});

async function bare(url) {
  const client = EventStoreDBClient.connectionString(url);
  const millis = await timed(async () => {
    let read = 0;
    const all = { fromPosition: START, filter: excludeSystemEvents() };
    for await (const { event } of client.subscribeToAll(all, { highWaterMark: 500 })) {
      if (event?.type === 'Counted') read += 1;
      if (read === EVENTS) break;
    }
  });
  await client.dispose();
  return millis;
}

export const run = () => withServer((url) => inFolder((folder) => measured(url, folder)));

async function measured(url, folder) {
  const log = new EventStoreDbEventStore({ url });
  for (let n = 0; n < EVENTS; n += EACH)
    await log.append(
      `notification-${randomUUID()}`,
      Array.from({ length: EACH }, (_, m) => event(n + m)),
      'no-stream',
    );
  const documents = new SqliteReadModels({ folder });
  const projector = new Projector(counting, documents, { name: 'counting@1.1', indexes: [] }, 'build');
  await projector.open();
  const limit = await bare(url);
  const ending = new AbortController();
  const herald = await timed(async () => {
    const head = await log.head();
    for await (const batch of log.subscribeToAll({ signal: ending.signal })) {
      await projector.fold(batch);
      if (batch.at(-1).position >= head) ending.abort();
    }
    await projector.flush();
  });
  await documents.close();
  await log.close();
  const perSecond = (millis) => (EVENTS * 1_000) / millis;
  return [{ work: 'eventstoredb', herald: perSecond(herald), limit: perSecond(limit), unit: 'events/s' }];
}
