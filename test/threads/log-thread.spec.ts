import { fork } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type * as Built from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { eventStoreContract } from '../contract/event-store.contract.js';
import { happened, happenings, take } from '../contract/events.js';
import { expectNothingLostBy } from '../contract/killed-amid-appends.js';
import { built, startedThreads } from './built.js';

const { SqliteEventStore } = await built<typeof Built>('infrastructure/sqlite/sqlite-event-store.js');

const folder = mkdtempSync(join(tmpdir(), 'herald-log-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, `${files}`, 'events.db');
};

const openStore = (file = newFile()) => {
  const store = new SqliteEventStore({ file, appendsInThread: true });
  onTestFinished(() => store.close());
  return store;
};

eventStoreContract('SqliteEventStore with a thread that appends', async (upcast) => {
  const options = { file: newFile(), appendsInThread: true, ...(upcast ? { upcast } : {}) };
  let store = new SqliteEventStore(options);
  return {
    store,
    close: () => store.close(),
    reopen: async () => {
      await store.close();
      store = new SqliteEventStore(options);
      return store;
    },
  };
});

describe('a log whose thread appends', () => {
  it('starts the thread with the first append, and ends it when it is closed', async () => {
    const workers = startedThreads();
    const store = openStore();
    await take(store.readAll(), 1);
    expect(workers).toHaveLength(0);
    await store.append('s', happenings(1), 'no-stream');
    await store.append('t', happenings(1), 'no-stream');
    expect(workers).toHaveLength(1);
    await store.close();
    expect(workers[0]?.threadId).toBe(-1);
  });

  it('commits what is pending before it closes', async () => {
    const file = newFile();
    const store = openStore(file);
    const appends = Array.from({ length: 1_200 }, (_, n) =>
      store.append(`s${n}`, happenings(1), 'no-stream'),
    );
    const closing = store.close();
    await Promise.all([...appends, closing]);
    expect(await take(openStore(file).readAll(), 2_000)).toHaveLength(1_200);
  });

  it('says of appends whose thread is lost that they can be repeated, and the repetition stores each once', async () => {
    const workers = startedThreads();
    const store = openStore();
    await store.append('first', happenings(1), 'no-stream');
    const appends = Array.from({ length: 300 }, (_, n) => ({ stream: `s${n}`, events: happenings(2) }));
    const all = () =>
      Promise.allSettled(appends.map(({ stream, events }) => store.append(stream, events, 'no-stream')));
    const lost = all();
    const [worker] = workers;
    // An error that nothing in the thread catches: its code cannot be made to fail from outside otherwise.
    worker?.postMessage(null);
    const outcomes = await lost;
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'event-store-unavailable' });
    expect(outcomes.map(({ status }) => status)).toContain('rejected');

    for (const outcome of await all()) expect(outcome.status).toBe('fulfilled');
    expect(workers).toHaveLength(2);
    expect(await take(store.readAll(), 1_000)).toHaveLength(601);
  });

  it('refuses a whole group when the database fails, and goes on in the same thread', async () => {
    const workers = startedThreads();
    const file = newFile();
    const store = openStore(file);
    const other = new Database(file);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.type = 'Last'
      BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
    const last = [happened({}, 'Last')];
    await expect(store.append('s', last, 'no-stream')).rejects.toMatchObject({
      code: 'event-store-unavailable',
      message: expect.stringContaining('disk is full'),
    });
    other.exec('DROP TRIGGER full');
    other.close();
    await store.append('s', last, 'no-stream');
    expect(workers).toHaveLength(1);
  });

  it.each(['before', 'after'])(
    'appends nothing to a file that was replaced %s its thread was started',
    async (when) => {
      const file = newFile();
      const store = openStore(file);
      if (when === 'after') await store.append('s', happenings(1), 'no-stream');
      renameSync(file, `${file}.old`);
      await expect(store.append('t', happenings(1), 'no-stream')).rejects.toMatchObject({
        code: 'log-replaced',
      });
      const other = new SqliteEventStore({ file });
      onTestFinished(() => other.close());
      await expect(store.append('t', happenings(1), 'no-stream')).rejects.toMatchObject({
        code: 'log-replaced',
      });
      expect(await take(other.readAll(), 1)).toEqual([]);
    },
  );

  it('leaves every append whole, and all that it had acknowledged, when its process is killed', async () => {
    const file = newFile();
    const child = new URL('./log-writer.child.mjs', import.meta.url);
    await expectNothingLostBy(() => fork(child, [file], { execArgv: [] }), file);
  });
});
