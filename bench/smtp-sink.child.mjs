// An SMTP server that takes every mail and keeps none, in a process of its own: it costs what a server must cost.
// Tells its parent its port, and when asked how many mails it took, and when the first and the last (ms since 1970).
import { createServer } from 'node:net';

let count = 0;
let first = 0;
let last = 0;

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
        count += 1;
        last = performance.timeOrigin + performance.now();
        if (count === 1) first = last;
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
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'reset') count = 0;
  process.send({ count, first, last });
});
process.on('disconnect', () => process.exit());
