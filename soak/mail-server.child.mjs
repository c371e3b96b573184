// A mail server on loopback that misbehaves when it is told to. It counts the mails that it has, by the notification that each names:
// a mail counts once its final dot is there, whatever is answered then.
import { createServer } from 'node:net';

const FINE = 'fine';
const received = new Map();
let mode = FINE;
let mails = 0;
let recipients = 0;

/** The connections that are open, so that a mode that refuses also ends these. */
const sockets = new Set();

const server = createServer({ noDelay: true }, (socket) => {
  let pending = '';
  let body = '';
  let inBody = false;
  let hasRecipient = false;
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  const answer = (line) => socket.write(`${line}\r\n`);
  if (mode === 'refuse') {
    socket.end('421 4.3.2 shutting down\r\n');
    return;
  }
  answer('220 soak.example ESMTP');

  const takeMail = () => {
    hasRecipient = false;
    const id = /^X-Herald-Notification: (\S+)/m.exec(body)?.[1] ?? 'none';
    received.set(id, (received.get(id) ?? 0) + 1);
    mails += 1;
    if (mode === 'drop' && mails % 10 === 0) socket.destroy();
    else answer('250 2.0.0 taken');
  };

  const take = (line) => {
    if (mode === 'refuse') socket.end('421 4.3.2 shutting down\r\n');
    else if (/^RCPT/i.test(line)) {
      const reply = replyTo(line);
      hasRecipient = reply.startsWith('250');
      answer(reply);
    } else if (/^DATA/i.test(line) && !hasRecipient) answer('554 5.5.1 no valid recipients');
    else if (/^DATA/i.test(line)) {
      inBody = true;
      body = '';
      answer('354 go on');
    } else if (/^QUIT/i.test(line)) socket.end('221 2.0.0 bye\r\n');
    else if (/^EHLO/i.test(line)) answer('250-soak.example\r\n250-PIPELINING\r\n250 8BITMIME');
    else answer('250 2.0.0 ok');
  };

  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    while (!socket.destroyed) {
      const mark = inBody ? '\r\n.\r\n' : '\r\n';
      const end = pending.indexOf(mark);
      if (end === -1) return;
      const text = pending.slice(0, end);
      pending = pending.slice(end + mark.length);
      if (inBody) {
        body = text;
        inBody = false;
        takeMail();
      } else take(text);
    }
  });
});

/** Whose address begins with `gone` is never there; while it defers, every third recipient has to wait. */
const replyTo = (line) => {
  recipients += 1;
  if (/<gone/i.test(line)) return '550 5.1.1 no such user';
  return mode === 'defer' && recipients % 3 === 0 ? '451 4.2.2 later' : '250 2.1.5 ok';
};

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', ({ behave, report }) => {
  if (behave !== undefined) mode = behave;
  if (mode === 'refuse') for (const socket of sockets) socket.destroy();
  process.send(report ? { received: [...received], mails } : { mails });
});
process.on('disconnect', () => process.exit());
