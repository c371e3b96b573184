import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

export interface GreyList {
  readonly port: number;
  /** How many recipients were deferred. */
  readonly deferred: () => number;
  readonly close: () => void;
}

/** A policy service for Postfix that defers each pair of sender and recipient once. */
export const startGreyList = async (): Promise<GreyList> => {
  const seen = new Set<string>();
  const server = createServer((socket) => {
    let pending = '';
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      pending += data.toString();
      for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
        const request = pending.slice(0, end);
        pending = pending.slice(end + 2);
        const pair = ['sender', 'recipient'].map(
          (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(request)?.[1],
        );
        const key = JSON.stringify(pair);
        socket.write(`action=${seen.has(key) ? 'dunno' : '450 4.2.0 Greylisted, come back later'}\n\n`);
        seen.add(key);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    deferred: () => seen.size,
    close: () => void server.close(),
  };
};
