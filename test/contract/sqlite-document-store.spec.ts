import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Collection,
  CountQuery,
  DistinctQuery,
  Document,
  Query,
} from '../../src/application/ports/document-store.js';
import { MAX_TOMBSTONES } from '../../src/domain/bounds.js';
import { countStatement } from '../../src/infrastructure/sqlite/count-statement.js';
import { distinctStatement } from '../../src/infrastructure/sqlite/distinct-statement.js';
import { findStatement } from '../../src/infrastructure/sqlite/find-statement.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { documentStoreContract } from './document-store.contract.js';

const folders: string[] = [];
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-documents-'));
  folders.push(folder);
  return join(folder, 'documents.db');
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

documentStoreContract('SQLite', async () => new SqliteDocumentStore({ file: newFile() }));
documentStoreContract(
  'SQLite, a file for each collection',
  async () => new SqliteReadModels({ folder: newFile() }),
);

describe('SQLite', () => {
  const agenda: Collection = { name: 'agenda@1', indexes: [['dueAt'], ['partner', 'dueAt']] };
  const entry = (id: string, fields: object) => ({ id, position: '1', ...fields });
  const put = (document: Document) => ({ id: document.id, position: document.position, document });

  let file: string;
  let store: SqliteDocumentStore;
  beforeEach(async () => {
    file = newFile();
    store = new SqliteDocumentStore({ file });
    await store.ensure(agenda);
  });
  afterEach(() => store.close());

  it('forgets the oldest of 10,001 tombstones', async () => {
    const visits: Collection = { name: 'visits@1', indexes: [], hasTombstones: true };
    const at = (n: number) => String(n).padStart(6, '0');
    const remove = (n: number) => ({ id: `v${n}`, position: at(n), document: undefined });
    const late = (n: number) => put({ id: `v${n}`, position: at(1) });
    const removals = Array.from({ length: MAX_TOMBSTONES + 1 }, (_, n) => remove(n + 1));
    const ids = async () => (await store.find(visits, { limit: 9 })).documents.map(({ id }) => id);
    await store.ensure(visits);
    await store.write(visits, removals.slice(1));
    await store.write(visits, [late(2)]);
    expect(await ids()).toEqual([]);
    await store.drop(visits);
    await store.ensure(visits);
    await store.write(visits, removals);
    await store.write(visits, [late(1), late(2)]);
    expect(await ids()).toEqual(['v1']);
  });

  const rows = (sql: string, parameters: readonly unknown[] = []): unknown[][] => {
    const database = new Database(file);
    const result = database
      .prepare(sql)
      .raw()
      .all([...parameters]) as unknown[][];
    database.close();
    return result;
  };
  const plan = (query: Query, collection = agenda): string => {
    const { sql, parameters } = findStatement(collection, query);
    return rows(`EXPLAIN QUERY PLAN ${sql}`, parameters)
      .map((row) => row[3])
      .join('; ');
  };
  const nextOf = async (query: Query) => (await store.find(agenda, query)).next;

  describe('searches an index and sorts nothing', () => {
    const range = { dueAt: { from: 'a', to: 'x' } };
    const ordered = { orderBy: 'dueAt', limit: 1 } as const;
    const queries: Record<string, [Query, string]> = {
      'for a range in its order': [{ ...ordered, range }, '(.dueAt>? AND .dueAt<?)'],
      'for a range in descending order': [
        { ...ordered, range, direction: 'descending' },
        '(.dueAt>? AND .dueAt<?)',
      ],
      'for an order alone, past the documents without the field': [ordered, '(.dueAt>?)'],
      'for an equality and a range in order': [
        { ...ordered, where: { partner: 'acme' }, range },
        '(.partner=? AND .dueAt>? AND .dueAt<?)',
      ],
      'by id': [{ limit: 1 }, 'USING INDEX'],
    };
    it.each(Object.entries(queries))('%s', (_, [query, search]) => {
      expect(plan(query)).toContain(search);
      expect(plan(query)).not.toContain('TEMP B-TREE');
    });

    it('of several indexes the one that is declared first, whatever order the fields are asked in', async () => {
      const visits: Collection = { name: 'visits@1', indexes: ['person', 'rule'].map((one) => [one, 'at']) };
      await store.ensure(visits);
      const asked = [
        { person: 'ada', rule: 'r' },
        { rule: 'r', person: 'ada' },
      ];
      for (const where of asked)
        expect(plan({ where, orderBy: 'at', limit: 1 }, visits)).toContain('(.person=? AND .at>?)');
    });

    it('for one of several values, an index search of one page for each', () => {
      const several: Query = { ...ordered, where: { partner: ['acme', 'bond'] }, range };
      const steps = plan(several).split('; ');
      const searches = steps.filter((step) => step.includes('(.partner=? AND .dueAt>? AND .dueAt<?)'));
      expect(searches).toHaveLength(2);
      // Only the ids of these pages are sorted.
      expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual(steps.slice(-1));
      expect(steps.filter((step) => step.startsWith('SCAN documents'))).toEqual([]);
    });

    it('and compares what the index keeps before it reads a document', async () => {
      const slots: Collection = { name: 'slots@1', indexes: [['date', 'at', '+slotAt']] };
      await store.ensure(slots);
      const query: Query = {
        ...{ where: { date: '2026-03-02' }, range: { slotAt: { from: 'a', to: 'x' } } },
        ...{ orderBy: 'at', limit: 1 },
      };
      expect(plan(query, slots)).toContain('(.date=? AND .at>?)');
      const { sql, parameters } = findStatement(slots, query);
      const steps = rows(`EXPLAIN ${sql}`, parameters);
      const [, , cursor] =
        steps.find(([, opcode, , , , p4]) => opcode === 'OpenRead' && String(p4).startsWith('k(')) ?? [];
      // Behind the date, the moment and the id.
      const isKept = ([, opcode, p1, p2]: unknown[]) => opcode === 'Column' && p1 === cursor && p2 === 3;
      expect(steps.filter(isKept).length).toBeGreaterThan(0);
    });

    const pages: Record<string, [Query, string]> = {
      ascending: [{ ...ordered, range }, '((.dueAt,id)>(?,?) AND .dueAt<?)'],
      descending: [{ ...ordered, range, direction: 'descending' }, '(.dueAt>? AND (.dueAt,id)<(?,?))'],
      'ascending, of one partner': [
        { ...ordered, where: { partner: 'acme' }, range },
        '(.partner=? AND (.dueAt,id)>(?,?) AND .dueAt<?)',
      ],
      'by id': [{ limit: 1 }, '(id>?)'],
    };
    it.each(Object.entries(pages))(
      'for a later page, starting at its cursor: %s',
      async (_, [query, search]) => {
        await store.write(
          agenda,
          ['1', '2', '3'].map((id) => put(entry(id, { partner: 'acme', dueAt: 'b' }))),
        );
        const later = plan({ ...query, after: await nextOf(query) });
        expect(later).toContain(search);
        expect(later).not.toContain('TEMP B-TREE');
      },
    );
  });

  describe('counts', () => {
    const visits: Collection = {
      name: 'visits@1',
      indexes: [['person', 'at'], ['supplier', 'at'], ['at'], ['day', 'rule', 'supplier']],
      hasTombstones: true,
    };
    const countPlan = (query: CountQuery): string => {
      const { sql, parameters } = countStatement(visits, query);
      return rows(`EXPLAIN QUERY PLAN ${sql}`, parameters)
        .map((row) => row[3])
        .join('; ');
    };
    const by = ['day', 'rule'];
    const range = { day: { from: 'a', to: 'x' } };
    beforeEach(() => store.ensure(visits));

    it('by an index alone that has all fields, in its order, and sorts nothing', () => {
      const wheres: Required<CountQuery>['where'][] = [
        {},
        { supplier: 'a' },
        { supplier: ['a', 'b'] },
        { rule: 'r' },
      ];
      for (const where of wheres) {
        expect(countPlan({ by, range, where })).toContain('COVERING INDEX');
        expect(countPlan({ by, range, where })).toContain('(.day>? AND .day<?)');
        expect(countPlan({ by, range, where })).not.toContain('TEMP B-TREE');
      }
    });

    it('by the index of a field that the others lack', () => {
      const at = { at: { from: 'a', to: 'x' } };
      expect(countPlan({ by, range: at, where: { person: 'ada', supplier: 'a' } })).toContain(
        '(.person=? AND .at>? AND .at<?)',
      );
      expect(countPlan({ by, range: at, where: { supplier: 'a' } })).toContain(
        '(.supplier=? AND .at>? AND .at<?)',
      );
      expect(countPlan({ by, range: { at: { from: 'a' } } })).toContain('(.at>?)');
      expect(countPlan({ by, range: at, where: { id: 'v1', supplier: 'a' } })).toContain('(id=?)');
    });

    it('distinct texts by one index search for each', () => {
      const range = { from: 'a', to: 'b' };
      const searchesOf = (query: Omit<DistinctQuery, 'range' | 'limit'>) => {
        const { sql, parameters } = distinctStatement(visits, { ...query, range, limit: 9 });
        return rows(`EXPLAIN QUERY PLAN ${sql}`, parameters)
          .map((row) => String(row[3]))
          .filter((step) => /^(SEARCH|SCAN) documents/.test(step));
      };
      const person = searchesOf({ field: 'person' });
      const at = searchesOf({ field: 'at', where: { supplier: 'a' } });
      expect([person.length, at.length]).toEqual([2, 2]);
      for (const step of person) expect(step).toMatch(/^SEARCH .*\(\.person>\? AND \.person<\?\)$/);
      for (const step of at) expect(step).toMatch(/^SEARCH .*\(\.supplier=\? AND \.at>\? AND \.at<\?\)$/);
    });
  });

  it('keeps documents and checkpoint across a restart', async () => {
    await store.write(agenda, [put(entry('1', { dueAt: 'b' }))], '0001');
    await store.close();
    store = new SqliteDocumentStore({ file });
    await store.ensure(agenda);
    expect((await store.find(agenda, { orderBy: 'dueAt', limit: 9 })).documents).toEqual([
      entry('1', { dueAt: 'b' }),
    ]);
    expect(await store.checkpoint(agenda)).toBe('0001');
  });

  it('stores the other documents of a write and no checkpoint where one cannot be made into JSON', async () => {
    const unwritable = { ...entry('2', {}), loop: 1n };
    await expect(store.write(agenda, [put(entry('1', {})), put(unwritable)], '0001')).rejects.toThrow(
      'BigInt',
    );
    expect([...(await store.get(agenda, ['1', '2'])).keys()]).toEqual(['1']);
    expect(await store.checkpoint(agenda)).toBeUndefined();
    await store.write(agenda, [put(entry('1', {}))], '0001');
    expect(await store.checkpoint(agenda)).toBe('0001');
  });

  it('leaves no documents when the checkpoint fails', async () => {
    const database = new Database(file);
    database.exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    database.close();
    await expect(store.write(agenda, [put(entry('1', {}))], '0001')).rejects.toThrow('disk full');
    expect(await store.get(agenda, ['1'])).toEqual(new Map());
  });

  it('stores exactly the JSON of the document', async () => {
    const document = entry('1', { b: 1, a: ['ü', 1.0, null], dueAt: undefined });
    await store.write(agenda, [put(document)]);
    expect(rows('SELECT document FROM "documents agenda@1"')).toEqual([[JSON.stringify(document)]]);
  });

  it('indexes text and numbers, and nothing of other values', async () => {
    const values = ['a', 1.5, true, Number.NaN, Infinity, { a: 1 }, ['a'], null, undefined];
    await store.write(
      agenda,
      values.map((dueAt, n) => put(entry(String(n), { dueAt }))),
    );
    const { documents } = await store.find(agenda, { orderBy: 'dueAt', limit: 99 });
    expect(documents.map(({ id }) => id)).toEqual(['1', '0']);
    const untyped = { dueAt: true } as unknown as Query['where'];
    expect((await store.find(agenda, { where: untyped, limit: 9 })).documents).toEqual([]);
  });

  it('holds no read transaction while a stream is being read', async () => {
    await store.write(
      agenda,
      Array.from({ length: 600 }, (_, n) => put(entry(String(n), {}))),
    );
    const stream = store.stream(agenda)[Symbol.asyncIterator]();
    await stream.next();
    await store.checkpoint(agenda);
    // A reader's transaction would make the log's truncation report busy, and the table's removal fail.
    expect(rows('PRAGMA wal_checkpoint(TRUNCATE)')).toEqual([[0, 0, 0]]);
    await store.drop(agenda);
  });
});
