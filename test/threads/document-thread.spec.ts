import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Collection } from '../../src/application/ports/document-store.js';
import type * as BuiltThread from '../../src/infrastructure/sqlite/document-thread/document-thread.js';
import type * as Built from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { documentStoreContract } from '../contract/document-store.contract.js';
import { built, startedThreads } from './built.js';

const { SqliteReadModels } = await built<typeof Built>('infrastructure/sqlite/sqlite-read-models.js');
const { DocumentThread } = await built<typeof BuiltThread>(
  'infrastructure/sqlite/document-thread/document-thread.js',
);

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-document-thread-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

documentStoreContract(
  'SQLite with a thread that writes',
  async () => new SqliteReadModels({ folder: newFolder(), writesInThread: true }),
);

const people: Collection = { name: 'people@1', indexes: [['name']] };
const write = (id: string, position: string) => ({ id, position, document: { id, position, name: id } });

describe('read models whose thread writes', () => {
  const open = async (folder = newFolder()) => {
    const store = new SqliteReadModels({ folder, writesInThread: true });
    onTestFinished(() => store.close());
    await store.ensure(people);
    return store;
  };

  it('start the thread with the first write, and end it when they are closed', async () => {
    const workers = startedThreads();
    const store = await open();
    await store.get(people, ['a']);
    expect(workers).toHaveLength(0);
    await store.write(people, [write('a', '1')], '1');
    expect(workers).toHaveLength(1);
    await store.close();
    expect(workers[0]?.threadId).toBe(-1);
  });

  it('leave documents and checkpoint together as before or after a write whose thread is lost', async () => {
    const workers = startedThreads();
    const store = await open();
    await store.write(people, [write('a', '1')], '1');
    const writing = store.write(people, [write('b', '2')], '2');
    workers[0]?.postMessage(null);
    const outcome = await writing.then(
      () => 'written',
      (error) => error,
    );
    if (outcome !== 'written') expect(outcome).toMatchObject({ code: 'document-store-unavailable' });
    const isThere = (await store.get(people, ['b'])).size === 1;
    expect(await store.checkpoint(people)).toBe(isThere ? '2' : '1');

    await store.write(people, [write('b', '2')], '2');
    expect(await store.checkpoint(people)).toBe('2');
    await expect.poll(() => workers.length).toBe(2);
  });

  it('say what to do about a file that cannot be opened, and about one that was closed', async () => {
    const folder = newFolder();
    const thread = new DocumentThread();
    onTestFinished(() => thread.close());
    const missing = thread.of(join(folder, 'missing', 'a.db'));
    const says = {
      code: 'document-store-unavailable',
      message: expect.stringContaining(join('missing', 'a.db')),
    };
    await expect(missing.run([])).rejects.toMatchObject(says);
    await missing.close();
    await expect(missing.run([])).rejects.toMatchObject(says);
  });

  it('write nothing once they are closed, and start no thread', async () => {
    const workers = startedThreads();
    const thread = new DocumentThread();
    const runner = thread.of(join(newFolder(), 'a.db'));
    await runner.run([]);
    await thread.close();
    await expect(runner.run([])).rejects.toMatchObject({ code: 'document-store-unavailable' });
    expect(workers).toHaveLength(1);
  });

  it('hold no file that is dropped', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.write(people, [write('a', '1')], '1');
    await store.drop(people);
    expect(existsSync(join(folder, 'people@1.db'))).toBe(false);
    await store.ensure(people);
    await store.write(people, [write('b', '1')], '1');
    expect([...(await store.get(people, ['a', 'b'])).keys()]).toEqual(['b']);
  });
});
