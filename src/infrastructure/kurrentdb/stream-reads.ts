import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { ReadReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { withChangedReads } from '../grpc-log/changed-reads.js';
import { type LogRead, PAGE, type StreamRange } from '../grpc-log/log-client.js';

/**
 * Reads a stream through the part of the client that is written in JavaScript. The client's own `readStream` goes through its native part
 * (1.3.1), whose connection has no TCP_NODELAY: every second read waits 40 ms for an acknowledgement by the server's machine, and none can
 * be cancelled. The JavaScript part only subscribes, so the request of a subscription becomes that of a read. A stream that does not exist
 * has no events.
 */
export const readStreamOf = (client: KurrentDBClient, stream: string, range: StreamRange): LogRead => {
  const { direction, fromRevision, maxCount = Number.MAX_SAFE_INTEGER, resolveLinkTos = false } = range;
  const reader = withChangedReads(client, (request: ReadReq) => {
    const directed = direction === 'forwards' ? 0 : 1;
    request.getOptions()?.setCount(String(maxCount)).setReadDirection(directed);
  });
  const options = { fromRevision, resolveLinkTos };
  const read = reader.subscribeToStream(stream, options, { highWaterMark: PAGE });
  return Object.assign(read, { cancel: () => read.unsubscribe() });
};
