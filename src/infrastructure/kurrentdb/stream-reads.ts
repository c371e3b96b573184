import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { StreamsClient } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type { ReadReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { type LogRead, PAGE, type StreamRange } from '../grpc-log/log-client.js';

type Creator = (
  Client: unknown,
  name: string,
  open: (grpc: StreamsClient) => unknown,
  cache?: unknown,
) => unknown;

/** What the client's `subscribeToStream` uses of itself. */
interface Internals {
  readonly GRPCStreamCreator: Creator;
}

/**
 * Reads a stream through the part of the client that is written in JavaScript. The client's own `readStream` goes through its native part
 * (1.3.1), whose connection has no TCP_NODELAY: every second read waits 40 ms for an acknowledgement by the server's machine, and none can
 * be cancelled. The JavaScript part only subscribes, so the request of a subscription becomes that of a read on its way. A stream that does
 * not exist has no events.
 */
export const readStreamOf = (client: KurrentDBClient, stream: string, range: StreamRange): LogRead => {
  const { fromRevision, resolveLinkTos = false } = range;
  const create = (client as unknown as Internals).GRPCStreamCreator;
  const reading: Creator = (Client, name, open, cache) =>
    create(Client, name, (grpc) => open(asRead(grpc, range)), cache);
  const reader = Object.assign(Object.create(client) as KurrentDBClient, { GRPCStreamCreator: reading });
  const options = { fromRevision, resolveLinkTos };
  const read = reader.subscribeToStream(stream, options, { highWaterMark: PAGE });
  return Object.assign(read, { cancel: () => read.unsubscribe() });
};

const asRead = (grpc: StreamsClient, { direction, maxCount }: StreamRange): StreamsClient =>
  ({
    read: (request: ReadReq, ...rest: readonly unknown[]) => {
      request
        .getOptions()
        ?.setCount(String(maxCount ?? Number.MAX_SAFE_INTEGER))
        .setReadDirection(direction === 'forwards' ? 0 : 1);
      return (grpc.read as (...given: readonly unknown[]) => unknown).call(grpc, request, ...rest);
    },
  }) as unknown as StreamsClient;
