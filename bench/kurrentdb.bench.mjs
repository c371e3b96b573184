// The limit is the client of KurrentDB with a filtered read. The server is that of HERALD_BENCH_KURRENTDB_URL, which has to be empty, or
// the double.
import { KurrentDBClient, streamNameFilter } from '@kurrent/kurrentdb-client';
import { connectKurrentDb } from '../dist/infrastructure/kurrentdb/client.js';
import { catchUp } from './catch-up.mjs';
import { withServer } from './eventstoredb-server.mjs';

export const run = () =>
  withServer((given) => {
    const url = process.env.HERALD_BENCH_KURRENTDB_URL ?? given.replace(/^esdb/, 'kurrentdb');
    return catchUp({
      ...{ work: 'kurrentdb', url, connect: connectKurrentDb },
      client: KurrentDBClient.connectionString(url),
      readAll: (client) => client.readAll({ filter: streamNameFilter({ prefixes: ['notification-'] }) }),
    });
  });
