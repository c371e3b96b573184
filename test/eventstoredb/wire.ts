import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a client and a server on this machine that can be made to carry nothing, as when a process stands still. */
export async function wireTo(port: number) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSilent = false;
  const carry = ([from, to]: readonly [Socket, Socket]) => {
    from.pipe(to);
    to.pipe(from);
  };
  const server = createServer((from) => {
    const pair = [from, connect(port, '127.0.0.1')] as const;
    for (const end of pair)
      end
        .on('error', () => undefined)
        .on('close', () => {
          for (const one of pair) one.destroy();
          pairs.delete(pair);
        });
    pairs.add(pair);
    if (!isSilent) carry(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      isSilent = true;
      for (const end of [...pairs].flat()) end.unpipe().pause();
    },
    speak: () => {
      isSilent = false;
      for (const pair of pairs) carry(pair);
    },
    close: () => {
      for (const end of [...pairs].flat()) end.destroy();
      server.close();
    },
  };
}
