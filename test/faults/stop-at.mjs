import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { SqliteEventStore } from '../../dist/infrastructure/sqlite/sqlite-event-store.js';

// Loaded into an instance by --import: stops the process once, as SIGSTOP does, just before or after the append of an event of one
// type, or just after it has sent one line of SMTP. It holds no lock of a file then.
const [when, what] = (process.env.HERALD_TEST_STOP ?? '').split(' ');
let isStopped = false;
const stop = () => {
  if (isStopped) return;
  isStopped = true;
  writeFileSync(process.env.HERALD_TEST_STOPPED, '');
  process.kill(process.pid, 'SIGSTOP');
};

const { append } = SqliteEventStore.prototype;
SqliteEventStore.prototype.append = async function (stream, events, expected) {
  const isMeant = events.some((event) => event.type === what);
  if (isMeant && when === 'before') stop();
  const appended = await append.call(this, stream, events, expected);
  if (isMeant && when === 'after') stop();
  return appended;
};

const { write } = Socket.prototype;
Socket.prototype.write = function (chunk, ...rest) {
  const isWritten = write.call(this, chunk, ...rest);
  if (when === 'said' && String(chunk).startsWith(what)) stop();
  return isWritten;
};
