// A whole Herald and its catch-up on KurrentDB by its own client: that of HERALD_BENCH_KURRENTDB_URL, which has to be empty, or the
// double, which calls fsync before it answers.
import { jsonEvent, KurrentDBClient, NO_STREAM, streamNameFilter } from '@kurrent/kurrentdb-client';
import { connectKurrentDb } from '../dist/infrastructure/kurrentdb/client.js';
import { withServer } from './eventstoredb-server.mjs';
import { catchUp } from './server-catch-up.mjs';
import { bareEvent, newStream, onServer } from './server-store.mjs';

const own = {
  filter: streamNameFilter({ prefixes: ['notification-', 'partner-', 'socialAccount-', 'solution-'] }),
};

const bareClient = (url) => {
  const client = KurrentDBClient.connectionString(url);
  return {
    append: (count) =>
      client.appendToStream(
        newStream(),
        Array.from({ length: count }, () => jsonEvent(bareEvent())),
        { streamState: NO_STREAM },
      ),
    readAll: async () => {
      let read = 0;
      for await (const _ of client.readAll(own)) read += 1;
      return read;
    },
    close: () => client.dispose(),
  };
};

const onKurrentDb = (work) =>
  withServer((given) => work(process.env.HERALD_BENCH_KURRENTDB_URL ?? given.replace(/^esdb/, 'kurrentdb')));

export const run = async () => [
  ...(await onKurrentDb((url) =>
    onServer({ work: 'kurrentdb', url, connect: connectKurrentDb, bare: bareClient(url) }),
  )),
  ...(await onKurrentDb((url) =>
    catchUp({
      ...{ work: 'kurrentdb-catch-up', url, connect: connectKurrentDb },
      client: KurrentDBClient.connectionString(url),
      readAll: (client) => client.readAll({ filter: streamNameFilter({ prefixes: ['notification-'] }) }),
    }),
  )),
];
