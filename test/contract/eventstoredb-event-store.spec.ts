import { describe, it } from 'vitest';
import type { Upcast } from '../../src/application/ports/event-store.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { connect, NAME, REAL } from '../eventstoredb/tested-client.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract(`The adapter of ${NAME}, against the double,`, async (upcast) => {
  const server = await new EventStoreDouble().start();
  return opened(server.url, upcast, () => server.kill());
});

eventStoreContract(
  `The adapter of ${NAME}, against the double with positions beyond 2^53,`,
  async (upcast) => {
    const server = await new EventStoreDouble({ firstPosition: 2n ** 62n + 1n }).start();
    return opened(server.url, upcast, () => server.kill());
  },
);

const real = process.env[REAL];
if (real)
  eventStoreContract(`The adapter of ${NAME}, against a real server,`, async (upcast) => ({
    ...(await opened(real, upcast)),
    mayTakeMore: true,
  }));
else
  describe(`The adapter of ${NAME}, against a real server,`, () => {
    it.skip(`needs a server of ${NAME}: set ${REAL} to its connection string`, () => undefined);
  });

async function opened(url: string, upcast?: Upcast, afterwards: () => Promise<void> = async () => undefined) {
  const open = () =>
    new GrpcEventStore({ url, isOwnStream: () => true, ...(upcast ? { upcast } : {}) }, connect);
  let store = open();
  return {
    store,
    close: async () => {
      await store.close();
      await afterwards();
    },
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
  };
}
