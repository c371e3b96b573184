import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What happens to a connection. `cut`: it is ended or reset after so many bytes of the client; `silent`: after them nothing
 * passes in either direction; `slow`: each piece passes after so many milliseconds, at most so many bytes at a time.
 */
export type Cut =
  | { readonly kind: 'pass' }
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly how: 'end' | 'reset' }
  | { readonly kind: 'silent'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly ms: number; readonly bytes: number };

export interface TcpProxy {
  readonly port: number;
  /** How many connections were cut or silenced. */
  readonly struck: () => number;
  /** Ends all connections now. */
  readonly cutAll: () => void;
  readonly close: () => Promise<void>;
}

/** A TCP proxy on loopback before a server. @param cutOf what happens to a connection, by its number, from 1. */
export const startProxy = async (target: number, cutOf: (connection: number) => Cut): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  let struck = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    connections += 1;
    const cut = cutOf(connections);
    const upstream = keep(connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }));
    keep(client);
    let sent = 0;
    let isStruck = false;
    const strike = (): void => {
      if (isStruck) return;
      isStruck = true;
      struck += 1;
      if (cut.kind === 'silent') {
        client.pause();
        upstream.pause();
        return;
      }
      // The server sees an end, the client what was asked for.
      if (cut.kind === 'cut' && cut.how === 'reset') client.resetAndDestroy();
      else client.destroy();
      upstream.destroy();
    };
    const pass = (from: Socket, to: Socket, isUpwards: boolean): void => {
      let queue = Promise.resolve();
      from.on('data', (data: Buffer) => {
        if (isStruck) return;
        if (isUpwards && (cut.kind === 'cut' || cut.kind === 'silent')) {
          const room = cut.afterBytes - sent;
          sent += data.length;
          if (room > 0) to.write(data.subarray(0, room));
          if (sent >= cut.afterBytes) strike();
          return;
        }
        if (cut.kind !== 'slow') {
          to.write(data);
          return;
        }
        for (let n = 0; n < data.length; n += cut.bytes) {
          const piece = data.subarray(n, n + cut.bytes);
          queue = queue.then(
            () => new Promise((resolve) => setTimeout(() => resolve(void to.write(piece)), cut.ms)),
          );
        }
      });
      from.on('end', () => void queue.then(() => !isStruck && to.end()));
      from.on('close', () => void queue.then(() => !isStruck && to.destroySoon()));
    };
    pass(client, upstream, true);
    pass(upstream, client, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    struck: () => struck,
    cutAll,
    close: async () => {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
};
