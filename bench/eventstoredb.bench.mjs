// A whole Herald and its catch-up on EventStoreDB: that of HERALD_BENCH_EVENTSTORE_URL, which has to be empty, or the double, which
// calls fsync before it answers. The surge is repeated with a double that is 10 ms away.
import { EventStoreDBClient, excludeSystemEvents, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import { connectEventStoreDb } from '../dist/infrastructure/eventstoredb/client.js';
import { startServer, withServer } from './eventstoredb-server.mjs';
import { catchUp } from './server-catch-up.mjs';
import { bareEvent, newStream, onServer, surgeFarAway } from './server-store.mjs';
import { size } from './support.mjs';

const FAR = { latency: 10, accounts: size({ full: 1_000, quick: 50 }) };

const bareClient = (url) => {
  const client = EventStoreDBClient.connectionString(url);
  return {
    append: (count) =>
      client.appendToStream(
        newStream(),
        Array.from({ length: count }, () => jsonEvent(bareEvent())),
        { expectedRevision: NO_STREAM },
      ),
    readAll: async () => {
      let read = 0;
      for await (const { event } of client.readAll()) if (event && !event.type.startsWith('$')) read += 1;
      return read;
    },
    close: () => client.dispose(),
  };
};

async function farAway() {
  const server = await startServer(FAR);
  try {
    return await surgeFarAway({ work: 'eventstoredb-surge-10-ms-away', url: server.url, ...FAR });
  } finally {
    await server.stop();
  }
}

export const run = async () => [
  ...(await withServer((url) =>
    onServer({ work: 'eventstoredb', url, connect: connectEventStoreDb, bare: bareClient(url) }),
  )),
  ...(await withServer((url) =>
    catchUp({
      ...{ work: 'eventstoredb-catch-up', url, connect: connectEventStoreDb },
      client: EventStoreDBClient.connectionString(url),
      readAll: (client) =>
        client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() }, { highWaterMark: 500 }),
    }),
  )),
  ...(await farAway()),
];
