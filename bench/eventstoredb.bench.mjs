// The limit is the client of EventStoreDB with a filtered subscription. The server is that of HERALD_BENCH_EVENTSTORE_URL, which has to be
// empty, or the double.
import { EventStoreDBClient, excludeSystemEvents, START } from '@eventstore/db-client';
import { connectEventStoreDb } from '../dist/infrastructure/eventstoredb/client.js';
import { catchUp } from './catch-up.mjs';
import { withServer } from './eventstoredb-server.mjs';

export const run = () =>
  withServer((url) =>
    catchUp({
      ...{ work: 'eventstoredb', url, connect: connectEventStoreDb },
      client: EventStoreDBClient.connectionString(url),
      readAll: (client) =>
        client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() }, { highWaterMark: 500 }),
    }),
  );
