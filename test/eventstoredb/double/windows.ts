import type { Http2Server, ServerHttp2Session, Settings } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/**
 * How much the server takes in before it says that there is room for more: as Kestrel does since .NET 8, on which EventStoreDB 24.10 and
 * KurrentDB run (https://github.com/dotnet/aspnetcore/pull/43302). Node's 64 KB would let a distant client send a few mails per round trip.
 */
const OF_A_CALL = 768 * 1024;
const OF_A_CONNECTION = 1024 * 1024;

/** What gRPC keeps to itself: it has no option for windows of servers. */
interface Internals {
  readonly commonServerOptions: { settings?: Settings };
  readonly http2Servers: Map<Http2Server, unknown>;
}

/** Call it before the server is bound. */
export function withWindowsOfKestrel(server: Server): void {
  const { commonServerOptions, http2Servers } = server as unknown as Internals;
  commonServerOptions.settings = { initialWindowSize: OF_A_CALL };
  const add = http2Servers.set.bind(http2Servers);
  http2Servers.set = (one, info) => {
    one.on('session', (session: ServerHttp2Session) => session.setLocalWindowSize(OF_A_CONNECTION));
    return add(one, info);
  };
}
