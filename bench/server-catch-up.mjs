// Events a second that the runner of projections reads from a server, as a share of what the bare client reads of the same events.
import { randomUUID } from 'node:crypto';
import { Projector } from '../dist/application/read-models/engine/projector.js';
import { GrpcEventStore } from '../dist/infrastructure/grpc-log/grpc-event-store.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { inFolder, perSecond, size, timed } from './support.mjs';

const EVENTS = size({ full: 50_000, quick: 5_000 });
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

/** An event as Herald writes it. */
export const event = (n) => ({
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

/** How long a client takes to read all of them. */
const bare = (all) =>
  timed(async () => {
    let read = 0;
    for await (const { event } of all) {
      if (event?.type === 'Counted') read += 1;
      if (read === EVENTS) break;
    }
  });

/**
 * The catch-up of one projection.
 * @param url the connection string of an empty server.
 * @param client a client of it, as the bench itself uses it.
 * @param readAll its fastest way to read all events.
 */
export const catchUp = ({ work, url, connect, client, readAll }) =>
  inFolder(async (folder) => {
    const log = new GrpcEventStore({ url }, connect);
    for (let n = 0; n < EVENTS; n += EACH)
      await log.append(
        `notification-${randomUUID()}`,
        Array.from({ length: EACH }, (_, m) => event(n + m)),
        'no-stream',
      );
    const documents = new SqliteReadModels({ folder });
    const projector = new Projector(counting, documents, { name: 'counting@1.1', indexes: [] }, 'build');
    await projector.open();
    const limit = await bare(readAll(client));
    await client.dispose();
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
    return [
      {
        ...{ work, herald: perSecond(EVENTS, herald), limit: perSecond(EVENTS, limit) },
        ...{ unit: 'events/s', against: 'the bare client' },
      },
    ];
  });
