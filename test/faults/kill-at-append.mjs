import { SqliteEventStore } from '../../dist/infrastructure/sqlite/sqlite-event-store.js';

// Loaded into an instance by --import: kills the process just before or just after the first append of an event of one type.
const [when, type] = (process.env.HERALD_TEST_KILL ?? '').split(' ');
const { append } = SqliteEventStore.prototype;
const kill = () => process.kill(process.pid, 'SIGKILL');

SqliteEventStore.prototype.append = async function (stream, events, expected) {
  const isMeant = events.some((event) => event.type === type);
  if (isMeant && when === 'before') kill();
  const appended = await append.call(this, stream, events, expected);
  if (isMeant) kill();
  return appended;
};
