import { vi } from 'vitest';

// Imported first, it has the specs that are imported next test the client of KurrentDB instead of EventStoreDB's, and has the double
// speak by the stubs of that client: those of both define the same global names, so one process has room for one of them.

const STUBS = {
  gossip: 'gossip',
  persistent: 'persistentsubscriptions',
  serverfeatures: 'serverfeatures',
  shared: 'shared',
  status: 'status',
  streams: 'streams',
};

for (const [old, name] of Object.entries(STUBS))
  for (const kind of ['pb', 'grpc_pb'])
    vi.doMock(
      `@eventstore/db-client/generated/${old}_${kind}.js`,
      () => import(`@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/${name}_${kind}.js`),
    );
vi.doMock('../eventstoredb/scheme.js', () => ({ SCHEME: 'kurrentdb' }));
vi.doMock('../eventstoredb/tested-client.js', () => import('./tested-client.js'));
vi.doMock('@eventstore/db-client', () => {
  throw new Error('The client of EventStoreDB is in a process with that of KurrentDB.');
});
