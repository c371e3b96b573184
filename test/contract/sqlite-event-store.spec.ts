import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_APPENDS_PER_COMMIT } from '../../src/domain/bounds.js';
import { GroupCommit } from '../../src/infrastructure/sqlite/group-commit.js';
import { LogChanges } from '../../src/infrastructure/sqlite/log-changes.js';
import { ConnectionCommitter } from '../../src/infrastructure/sqlite/log-committer.js';
import { openLogFile } from '../../src/infrastructure/sqlite/log-file.js';
import {
  SqliteEventStore,
  type SqliteEventStoreOptions,
} from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { compileChild } from './child-process.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventsOf, happened, happenings, revisions, take } from './events.js';
import { expectNothingLostBy } from './killed-amid-appends.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, `${files}`, 'events.db');
};

eventStoreContract('SqliteEventStore', async (upcast) => {
  const file = newFile();
  let store = new SqliteEventStore({ file, upcast });
  return {
    store,
    close: () => store.close(),
    reopen: async () => {
      await store.close();
      store = new SqliteEventStore({ file, upcast });
      return store;
    },
  };
});

const stores: SqliteEventStore[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

/** A store that is closed after the test, on a log of its own if none is given. */
function openStore(options: Partial<SqliteEventStoreOptions> = {}): SqliteEventStore {
  const store = new SqliteEventStore({ file: newFile(), ...options });
  stores.push(store);
  return store;
}

/** What a raw connection answers, as rows of values. */
const ask = (file: string, sql: string) => openLogFile(file).prepare(sql).raw().all();

describe('the file of a log', () => {
  it('is durable at every commit, and stops the event loop for a moment at most while another process writes', () => {
    const connection = openLogFile(newFile());
    const setting = (name: string) => connection.prepare(`PRAGMA ${name}`).raw().get();
    expect(setting('journal_mode')).toEqual(['wal']);
    expect(setting('synchronous')).toEqual([2]); // FULL
    expect(setting('busy_timeout')).toEqual([25]);
  });

  it('has no index but those that decide races and find repetitions and CloudEvents', async () => {
    const names = ask(newFile(), "SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name");
    expect(names).toEqual([['events_id'], ['events_inbound'], ['sqlite_autoindex_events_1']]);
  });

  it('that is no log is refused in words that help', () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'These are notes, not a database. '.repeat(100));
    expect(() => new SqliteEventStore({ file })).toThrow(
      expect.objectContaining({
        code: 'event-store-unavailable',
        message: expect.stringContaining('It is damaged: restore it from a backup.'),
        cause: expect.any(Database.SqliteError),
      }),
    );
  });
});

describe('SqliteEventStore', () => {
  it('has no head while it is empty', async () => {
    const store = openStore();
    expect(await store.head()).toBeUndefined();
    expect(await take(store.readAll(), 1)).toEqual([]);
    const { position } = await store.append('s', happenings(2), 'no-stream');
    expect(await store.head()).toBe(position);
    expect(position).toBe('00000000000000000002');
  });

  it('answers a repetition with the original position', async () => {
    const store = openStore();
    const events = happenings(2);
    const { positions, ...first } = await store.append('s', events, 'no-stream');
    expect(positions).toEqual(['00000000000000000001', '00000000000000000002']);
    await store.append('s', happenings(2), 1);
    const repeated = { ...first, isRepeated: true };
    expect(await store.append('s', events, 'no-stream')).toEqual(repeated);
    expect(await store.append('s', events, 'any')).toEqual(repeated);
  });

  it('with any revision refuses a repetition to which an id was added', async () => {
    const store = openStore();
    const events = happenings(2);
    await store.append('s', events, 'any');
    await expect(store.append('s', [...events, happened()], 'any')).rejects.toMatchObject({ actual: 1 });
    expect(await eventsOf(store, 's')).toHaveLength(2);
  });

  it('lets an error of the upcast through as it is', async () => {
    const unknown = new Error('no upcast for version 7');
    const store = openStore({
      upcast: () => {
        throw unknown;
      },
    });
    await store.append('s', happenings(1), 'no-stream');
    await expect(eventsOf(store, 's')).rejects.toBe(unknown);
  });

  it('commits what is pending when it closes, and answers nothing more', async () => {
    const file = newFile();
    const store = openStore({ file });
    const appended = store.append('s', happenings(2), 'no-stream');
    await store.close();
    await store.close();
    expect((await appended).nextExpectedRevision).toBe(1);
    const closed = { code: 'event-store-closed' };
    const { signal } = new AbortController();
    await expect(store.append('s', happenings(1), 'any')).rejects.toMatchObject(closed);
    await expect(eventsOf(store, 's')).rejects.toMatchObject(closed);
    await expect(take(store.subscribeToAll({ signal }), 1)).rejects.toMatchObject(closed);
    await expect(store.head()).rejects.toMatchObject(closed);
    expect(await eventsOf(openStore({ file }), 's')).toHaveLength(2);
  });

  it('ends a subscription that waits when it closes', async () => {
    const store = openStore();
    const { signal } = new AbortController();
    const waiting = store.subscribeToAll({ signal })[Symbol.asyncIterator]().next();
    await store.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});

describe('appends that are committed together', () => {
  it('are all refused and nothing is stored when the database fails, and can be repeated', async () => {
    const file = newFile();
    const store = openStore({ file });
    const other = openLogFile(file);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.type = 'Last'
      BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
    const appends = [happenings(2), [happened(), happened({}, 'Last')], happenings(2)];
    const appendAll = () =>
      Promise.allSettled(appends.map((events, n) => store.append(`s${n}`, events, 'no-stream')));
    for (const result of await appendAll())
      expect(result).toMatchObject({
        reason: { code: 'event-store-unavailable', message: expect.stringContaining('disk is full') },
      });
    expect(await store.head()).toBeUndefined();

    other.exec('DROP TRIGGER full');
    for (const result of await appendAll()) expect(result.status).toBe('fulfilled');
    expect(await take(store.readAll(), 100)).toHaveLength(6);
  });

  const group = (exec: (sql: string) => void) =>
    new GroupCommit(
      new ConnectionCommitter(
        { exec: exec as Database.Database['exec'] },
        { append: () => result },
        'events.db',
        { requireInPlace: () => undefined },
      ),
      () => {},
    );
  const append = { stream: 's', events: [], expected: 'any' } as const;
  const result = { nextExpectedRevision: 0, position: '1' };

  it('share one transaction', async () => {
    const statements: string[] = [];
    const commits = group((sql) => statements.push(sql));
    await Promise.all([1, 2, 3].map(() => commits.add(append)));
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('are 500 at most: one more goes into the next commit', async () => {
    const commitsOf = async (appends: number): Promise<number> => {
      const statements: string[] = [];
      const commits = group((sql) => statements.push(sql));
      await Promise.all(Array.from({ length: appends }, () => commits.add(append)));
      return statements.filter((sql) => sql === 'COMMIT').length;
    };
    expect(await commitsOf(MAX_APPENDS_PER_COMMIT)).toBe(1);
    expect(await commitsOf(MAX_APPENDS_PER_COMMIT + 1)).toBe(2);
  });

  it('all reject when the commit fails, and the next ones are tried again', async () => {
    let full = true;
    const statements: string[] = [];
    const commits = group((sql) => {
      statements.push(sql);
      if (sql === 'COMMIT' && full) throw new Error('disk is full');
    });
    const results = await Promise.allSettled([1, 2, 3].map(() => commits.add(append)));
    for (const one of results) expect(one).toMatchObject({ reason: { code: 'event-store-unavailable' } });
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']);
    full = false;
    expect(await commits.add(append)).toBe(result);
  });

  it('are all stored however many they are', async () => {
    const store = openStore();
    await Promise.all(
      Array.from({ length: 1100 }, (_, n) => store.append(`s${n}`, happenings(1), 'no-stream')),
    );
    expect(await take(store.readAll(), 2000)).toHaveLength(1100);
  });
});

describe('readers that wait', () => {
  afterEach(() => void vi.useRealTimers());

  it('leave no timer and no listener behind', async () => {
    vi.useFakeTimers();
    let version = 1;
    const changes = new LogChanges(() => version);
    const ending = new AbortController();
    const aborted = Promise.all([changes.since(1, ending.signal), changes.since(1, ending.signal)]);
    expect(vi.getTimerCount()).toBe(1);
    ending.abort();
    await aborted;
    expect(vi.getTimerCount()).toBe(0);

    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const woken = changes.since(1, signal);
    version = 2;
    vi.advanceTimersByTime(100);
    await woken;
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });

  it('are woken when the log cannot be asked, so that their next read reports it', async () => {
    const changes = new LogChanges(() => {
      throw new Error('disk is gone');
    });
    await changes.since(1, new AbortController().signal);
  });
});

describe('several instances on one file', () => {
  it('decide every race for one of them', async () => {
    const file = newFile();
    const stores = [1, 2, 3].map(() => openStore({ file }));
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => stores[n % 3]?.append('s', happenings(2), 'no-stream')),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const store of stores) expect(await eventsOf(store, 's')).toHaveLength(2);
  });

  it('see what the others append, in order and once', async () => {
    const file = newFile();
    const [one, two] = [openStore({ file }), openStore({ file })];
    const ending = new AbortController();
    const taken = take(one.subscribeToAll({ signal: ending.signal }), 120);
    for (let n = 0; n < 20; n += 1) {
      await Promise.all([
        one.append(`one-${n}`, happenings(3), 'no-stream'),
        two.append(`two-${n}`, happenings(3), 'no-stream'),
      ]);
    }
    const positions = (await taken).map((event) => Number(event.position));
    expect(positions).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    ending.abort();
  });
});

describe('another process', () => {
  let start: Awaited<ReturnType<typeof compileChild>>;
  beforeAll(async () => {
    start = await compileChild('test/contract/log-writer.child.ts', join(folder, 'child'));
  });

  it('that appends wakes a subscription that waits', async () => {
    const file = newFile();
    const store = openStore({ file });
    const ending = new AbortController();
    const batches = store.subscribeToAll({ signal: ending.signal })[Symbol.asyncIterator]();
    const next = batches.next();
    const child = start(file, '3', 'once');
    const exited = once(child, 'exit');
    const [streams] = await once(child, 'message');
    const { value } = await next;
    expect(revisions(value)).toEqual([0, 1, 2]);
    expect(value[0].stream).toBe(streams[0]);
    ending.abort();
    expect(await exited).toEqual([0, null]);
  });

  it('that is killed while it appends leaves every append whole, and all that it had acknowledged', async () => {
    const file = newFile();
    await expectNothingLostBy(() => start(file, '7', 'forever'), file);
  });
});
