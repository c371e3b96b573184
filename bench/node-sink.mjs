// An SMTP server that takes every mail and keeps none: what stands in for smtp-sink where that cannot be had.
import { createServer } from 'node:net';

/**
 * @param taken is called for every mail.
 * @returns the port at which it listens.
 */
export function nodeSink(taken) {
  const server = createServer({ noDelay: true }, (socket) => {
    let pending = '';
    let inBody = false;
    socket.on('error', () => undefined);
    socket.write('220 sink ESMTP\r\n');
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (;;) {
        const end = pending.indexOf(inBody ? '\r\n.\r\n' : '\r\n');
        if (end === -1) {
          // Of a body only as much is kept as its end may need.
          if (inBody && pending.length > 4) pending = pending.slice(-4);
          return;
        }
        const line = pending.slice(0, end);
        pending = pending.slice(end + (inBody ? 5 : 2));
        if (inBody) {
          inBody = false;
          taken();
          socket.write('250 2.0.0 taken\r\n');
        } else if (/^DATA/i.test(line)) {
          inBody = true;
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else if (/^EHLO/i.test(line)) socket.write('250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}
