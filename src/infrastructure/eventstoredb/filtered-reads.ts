import type { EventStoreDBClient } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { withChangedReads } from '../grpc-log/changed-reads.js';
import { SEARCH_WINDOW } from '../grpc-log/log-client.js';

/**
 * The client's `readAll` for streams with these prefixes alone. The protocol has a filter for reads, and the client does not set it
 * (6.2.1).
 */
export const filteredReads = (
  client: EventStoreDBClient,
  prefixes: readonly string[],
): Pick<EventStoreDBClient, 'readAll'> =>
  withChangedReads(client, (request: streams.ReadReq) => {
    const { Expression } = streams.ReadReq.Options.FilterOptions;
    const filter = new streams.ReadReq.Options.FilterOptions()
      .setStreamIdentifier(new Expression().setPrefixList([...prefixes]))
      .setMax(SEARCH_WINDOW)
      .setCheckpointintervalmultiplier(1);
    request.getOptions()?.setFilter(filter);
  });
