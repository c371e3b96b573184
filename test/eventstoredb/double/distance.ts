import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How many bytes may be under way in one direction of a connection. */
const MAX_UNDER_WAY = 4 * 1024 * 1024;

/**
 * A port from which a server on this machine is some milliseconds away: what a connection carries comes that much later, and
 * nothing waits for what was sent before it. Timers know whole milliseconds, so of a round trip of an odd number the larger part
 * is on the way back.
 * @param roundTrip how long a request and its answer are under way together, in milliseconds.
 */
export async function distantFrom(port: number, roundTrip: number): Promise<number> {
  const there = Math.floor(roundTrip / 2);
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    carry(client, upstream, there);
    carry(upstream, client, roundTrip - there);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function carry(from: Socket, to: Socket, millis: number): void {
  let underWay = 0;
  const later = (work: () => void) => {
    if (millis === 0) work();
    else setTimeout(work, millis);
  };
  from.on('data', (bytes) => {
    underWay += bytes.length;
    if (underWay > MAX_UNDER_WAY) from.pause();
    later(() => {
      if (to.destroyed) return;
      to.write(bytes, () => {
        underWay -= bytes.length;
        if (underWay <= MAX_UNDER_WAY) from.resume();
      });
    });
  });
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
  from.on('error', () => undefined);
}
