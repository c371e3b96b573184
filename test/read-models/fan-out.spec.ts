import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Document, Write } from '../../src/application/ports/document-store.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { happened } from '../contract/events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-fan-out-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Account extends Document {
  readonly solution: string;
  readonly seen: number;
}
const accounts: Projection<Account> = {
  name: 'accounts',
  version: 1,
  handles: ['Happened'],
  indexes: [['solution']],
  target: () => ({ where: { solution: 'acme' } }),
  evolve: (document) => document && { ...document, seen: document.seen + 1 },
};
const COLLECTION = { name: 'accounts@1', indexes: accounts.indexes };
const position = (n: number): string => String(n).padStart(16, '0');
const event = (n: number): StoredEvent => ({
  ...happened(),
  ...{ stream: 'solution-acme', revision: n, position: position(n) },
});

let files = 0;
const storeOf = async (count: number): Promise<SqliteDocumentStore> => {
  files += 1;
  const store = new SqliteDocumentStore({ file: join(folder, `${files}.db`) });
  await store.ensure(COLLECTION);
  const writes: Write[] = Array.from({ length: count }, (_, n) => {
    const id = `account-${String(n).padStart(6, '0')}`;
    const document = { id, position: position(1), solution: 'acme', seen: 0, text: 'x'.repeat(1_500) };
    return { id, position: position(1), document };
  });
  await store.write(COLLECTION, writes, position(1));
  return store;
};
const seenIn = async (store: SqliteDocumentStore): Promise<readonly number[]> => {
  const seen: number[] = [];
  for await (const one of store.stream<Account>(COLLECTION)) seen.push(one.seen);
  return seen;
};

it('An event that concerns 20,000 documents lets others have their turn, and is not kept in memory', async () => {
  const store = await storeOf(20_000);
  const projector = new Projector(accounts, store, COLLECTION);
  await projector.open();
  // A turn of the event loop: all other work gets one between two pages.
  let [pages, longest] = [0, 0];
  let turn = setImmediate(function others() {
    pages = 0;
    turn = setImmediate(others);
  });
  let most = 0;
  const write = store.write.bind(store);
  store.write = async (collection, writes, ...more) => {
    most = Math.max(most, writes.length);
    pages += 1;
    longest = Math.max(longest, pages);
    return write(collection, writes, ...more);
  };
  await projector.fold([event(2)]);
  clearImmediate(turn);
  expect(new Set(await seenIn(store))).toEqual(new Set([1]));
  expect(most).toBeLessThanOrEqual(500);
  expect(longest).toBe(1);
  await store.close();
});

it('An event that was folded into a part of its documents when the process ended is folded into the others, once', async () => {
  const store = await storeOf(2_000);
  const write = store.write.bind(store);
  let writes = 0;
  store.write = (...written) => {
    writes += 1;
    return writes > 2 ? Promise.reject(new Error('The process ends.')) : write(...written);
  };
  const first = new Projector(accounts, store, COLLECTION);
  await first.open();
  await expect(first.fold([event(2), event(3)])).rejects.toThrow('The process ends.');
  expect(await store.checkpoint(COLLECTION)).toBe(position(1));
  expect(new Set(await seenIn(store))).toEqual(new Set([0, 1]));
  store.write = write;
  const second = new Projector(accounts, store, COLLECTION);
  await second.open();
  await second.fold([event(2), event(3)]);
  expect(new Set(await seenIn(store))).toEqual(new Set([2]));
  expect(await store.checkpoint(COLLECTION)).toBe(position(3));
  await store.close();
});
