import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../src/application/ports/document-store.js';
import { MAX_LOCK_WAIT_MS } from '../../src/domain/bounds.js';
import { GroupCommit } from '../../src/infrastructure/sqlite/group-commit.js';
import { ConnectionCommitter } from '../../src/infrastructure/sqlite/log-committer.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { eventsOf, happenings } from './events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-locks-'));
const holders: ChildProcess[] = [];
afterAll(() => {
  for (const holder of holders) holder.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const HOLDER = `
const Database = require('libsql');
const [file, millis, begin] = process.argv.slice(1);
const connection = new Database(file, { timeout: 1000 });
connection.exec(begin);
process.stdout.write('locked');
setTimeout(() => process.exit(), Number(millis));
`;

/** Another process that holds the lock of a file for some time. */
const lock = async (file: string, millis: number, begin = 'BEGIN IMMEDIATE'): Promise<void> => {
  const holder = spawn(process.execPath, ['-e', HOLDER, file, String(millis), begin], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holders.push(holder);
  await once(holder.stdout, 'data');
};

const people: Collection = { name: 'people@1', indexes: [] };
const document = { id: '1', position: '1' };
const write = { id: '1', position: '1', document };

describe.concurrent('while another process holds the lock of a file', () => {
  it('writes wait without blocking the event loop', async () => {
    const [logFile, documentsFile] = ['waits.db', 'waiting-documents.db'].map((name) =>
      join(folder, name),
    ) as [string, string];
    const log = new SqliteEventStore({ file: logFile });
    const documents = new SqliteDocumentStore({ file: documentsFile });
    await documents.ensure(people);
    await Promise.all([lock(logFile, 8_000), lock(documentsFile, 8_000)]);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const appended = log.append('s', happenings(2), 'no-stream');
    const written = documents.write(people, [write], '1');
    expect(await log.head()).toBeUndefined();
    expect(await documents.checkpoint(people)).toBeUndefined();
    await Promise.all([appended, written]);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(500);
    expect(await eventsOf(log, 's')).toHaveLength(2);
    expect(await documents.checkpoint(people)).toBe('1');
    await Promise.all([log.close(), documents.close()]);
  });

  it('read models wait to be opened without blocking the event loop', async () => {
    const readModels = mkdtempSync(join(folder, 'opened-'));
    const file = join(readModels, `${people.name}.db`);
    await lock(file, 6_000, 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE other (id)');
    const opened = new SqliteReadModels({ folder: readModels });
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    expect(await opened.checkpoint(people)).toBeUndefined();
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(1_000);
    await opened.close();
  });

  it('writes fail in the end, and name the file', async () => {
    const [logFile, documentsFile] = ['fails.db', 'failing-documents.db'].map((name) =>
      join(folder, name),
    ) as [string, string];
    const log = new SqliteEventStore({ file: logFile });
    const documents = new SqliteDocumentStore({ file: documentsFile });
    await documents.ensure(people);
    await Promise.all([lock(logFile, 60_000), lock(documentsFile, 60_000)]);
    const begun = performance.now();
    const appended = log.append('s', happenings(1), 'no-stream').catch((error) => error);
    const written = documents.write(people, [write]).catch((error) => error);
    expect(await appended).toMatchObject({
      code: 'event-store-unavailable',
      message: expect.stringContaining(logFile),
    });
    expect(await written).toMatchObject({
      code: 'document-store-unavailable',
      message: expect.stringContaining(documentsFile),
    });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(MAX_LOCK_WAIT_MS);
    await Promise.all([log.close(), documents.close()]);
  });
});

describe('what rolls back by itself', () => {
  it('is reported with its first error: an append', async () => {
    const exec = (sql: string) => {
      if (sql === 'COMMIT') throw new Error('database or disk is full');
      if (sql === 'ROLLBACK') throw new Error('cannot rollback - no transaction is active');
    };
    const committer = new ConnectionCommitter(
      { exec: exec as Database.Database['exec'] },
      { append: () => ({ nextExpectedRevision: 0, position: '1' }) },
      'events.db',
      { requireInPlace: () => undefined },
    );
    const appended = new GroupCommit(committer, () => {}).add({ stream: 's', events: [], expected: 'any' });
    await expect(appended).rejects.toThrow('disk is full');
  });

  it('is reported with its first error: a write of documents', async () => {
    const file = join(folder, 'full.db');
    const documents = new SqliteDocumentStore({ file });
    await documents.ensure(people);
    const other = new Database(file);
    other.exec(
      `CREATE TRIGGER full BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END`,
    );
    other.close();
    await expect(documents.write(people, [write], '1')).rejects.toThrow('database or disk is full');
    await documents.close();
  });
});
