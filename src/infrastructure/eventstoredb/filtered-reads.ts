import type { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { SEARCH_WINDOW } from '../grpc-log/log-client.js';

type Creator = (
  Client: unknown,
  name: string,
  open: (grpc: StreamsClient) => unknown,
  cache?: unknown,
) => unknown;

/** What the client's `readAll` uses of itself. */
interface Internals {
  readonly GRPCStreamCreator: Creator;
}

/**
 * The client's `readAll` for streams with these prefixes alone. The protocol has a filter for reads, and the client does not set it
 * (6.2.1): it is added to the request on its way.
 */
export const filteredReads = (
  client: EventStoreDBClient,
  prefixes: readonly string[],
): Pick<EventStoreDBClient, 'readAll'> => {
  const create = (client as unknown as Internals).GRPCStreamCreator;
  const filtering: Creator = (Client, name, open, cache) =>
    create(Client, name, (grpc) => open(withFilter(grpc, prefixes)), cache);
  return Object.assign(Object.create(client) as EventStoreDBClient, { GRPCStreamCreator: filtering });
};

const withFilter = (grpc: StreamsClient, prefixes: readonly string[]): StreamsClient =>
  ({
    read: (request: streams.ReadReq, ...rest: readonly unknown[]) => {
      const { Expression } = streams.ReadReq.Options.FilterOptions;
      const filter = new streams.ReadReq.Options.FilterOptions()
        .setStreamIdentifier(new Expression().setPrefixList([...prefixes]))
        .setMax(SEARCH_WINDOW)
        .setCheckpointintervalmultiplier(1);
      request.getOptions()?.setFilter(filter);
      return (grpc.read as (...given: readonly unknown[]) => unknown).call(grpc, request, ...rest);
    },
  }) as unknown as StreamsClient;
