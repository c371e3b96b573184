import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  Collection,
  CountQuery,
  DistinctQuery,
  Document,
  DocumentStore,
  Query,
  Write,
} from '../../src/application/ports/document-store.js';
import { MAX_DOCUMENT_BYTES } from '../../src/domain/bounds.js';

interface Visit extends Document {
  readonly partner?: string | null;
  readonly at?: string | null;
  readonly amount?: number | null;
  readonly note?: unknown;
}

const INDEXES = [['partner', 'at'], ['at'], ['amount'], ['partner']];

const position = (n: number): string => String(n).padStart(10, '0');

const visit = (id: string, fields: Omit<Visit, 'id' | 'position'> = {}, n = 1): Visit => ({
  id,
  position: position(n),
  ...fields,
});

const put = (document: Visit): Write => ({ id: document.id, position: document.position, document });

const remove = (id: string, n: number): Write => ({ id, position: position(n), document: undefined });

/** Stores order text by its UTF-8 bytes; JavaScript compares UTF-16, which differs beyond the basic plane. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * What every DocumentStore does, whatever is beneath it.
 * @param open gives an empty store; the contract closes it.
 */
export function documentStoreContract(name: string, open: () => Promise<DocumentStore>): void {
  describe(`${name}: a document store`, () => {
    let store: DocumentStore;
    let collection: Collection;
    let made = 0;

    const fresh = async (indexes: Collection['indexes'] = INDEXES): Promise<Collection> => {
      made += 1;
      const one = { name: `visits@${made}`, indexes };
      await store.ensure(one);
      return one;
    };
    const write = (...documents: Visit[]) => store.write(collection, documents.map(put));
    const read = async (id: string) => (await store.get<Visit>(collection, [id])).get(id);
    const find = async (query: Query) => (await store.find<Visit>(collection, query)).documents;
    const ids = async (query: Partial<Query>) => (await find({ limit: 100, ...query })).map(({ id }) => id);

    const pages = async (query: Query): Promise<Visit[]> => {
      const all: Visit[] = [];
      let after: string | undefined;
      do {
        const page = await store.find<Visit>(collection, { ...query, after });
        expect(page.documents.length).toBeLessThanOrEqual(query.limit);
        all.push(...page.documents);
        after = page.next;
      } while (after !== undefined);
      return all;
    };
    const streamed = async (): Promise<Visit[]> => {
      const all: Visit[] = [];
      for await (const document of store.stream<Visit>(collection)) all.push(document);
      return all;
    };

    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    beforeEach(async () => {
      collection = await fresh();
    });

    it('stores a document of 8 MiB, refuses a larger one alone, and moves no checkpoint then', async () => {
      const sized = (id: string, bytes: number): Visit => {
        const empty = Buffer.byteLength(JSON.stringify(visit(id, { note: '' })));
        return visit(id, { note: 'x'.repeat(bytes - empty) });
      };
      const largest = sized('largest', MAX_DOCUMENT_BYTES);
      const documents = [visit('a'), sized('too-large', MAX_DOCUMENT_BYTES + 1), largest, visit('b')];
      const refused = store.write(collection, documents.map(put), position(1));
      await expect(refused).rejects.toMatchObject({
        code: 'documents-refused',
        refusals: [{ id: 'too-large', reason: expect.stringContaining(String(MAX_DOCUMENT_BYTES)) }],
      });
      expect(await ids({})).toEqual(['a', 'b', 'largest']);
      expect(await store.checkpoint(collection)).toBeUndefined();
    });

    it('refuses a document that cannot be made, alone', async () => {
      const broken: Write = {
        ...{ id: 'broken', position: position(1) },
        get document(): Document {
          throw new Error('It cannot be made.');
        },
      };
      const refused = store.write(collection, [put(visit('a')), broken, put(visit('b'))], position(1));
      await expect(refused).rejects.toMatchObject({
        refusals: [{ id: 'broken', reason: 'It cannot be made.' }],
      });
      expect(await ids({})).toEqual(['a', 'b']);
    });

    it('keeps which event the checkpoint stands at', async () => {
      expect(await store.mark(collection)).toBeUndefined();
      await store.write(collection, [], position(2), { event: 'second' });
      await store.write(collection, [], position(1), { event: 'first', read: 1 });
      expect(await store.mark(collection)).toEqual({ position: position(2), event: 'second' });
      await store.write(collection, [], position(3), { event: 'third', read: 3 });
      expect(await store.mark(collection)).toEqual({ position: position(3), event: 'third', read: 3 });
      await store.drop(collection);
      expect(await store.mark(collection)).toBeUndefined();
    });

    it('tells which of the declared indexes are missing', async () => {
      const bare = { name: 'bare@1', indexes: [['at']] };
      expect(await store.missingIndexes(bare)).toEqual(['at']);
      await store.ensure(bare);
      expect(await store.missingIndexes(bare)).toEqual([]);
      const more = { ...bare, indexes: [['at'], ['partner', 'at']] };
      expect(await store.missingIndexes(more)).toEqual(['partner, at']);
      await store.ensure(more);
      expect(await store.missingIndexes(more)).toEqual([]);
    });

    it('tells where a collection is missing', async () => {
      const absent = { name: 'absent@1', indexes: [['at']] };
      expect(await store.missingAt(absent)).toEqual(expect.any(String));
      await store.ensure(absent);
      expect(await store.missingAt(absent)).toBeUndefined();
      await store.drop(absent);
      expect(await store.missingAt(absent)).toEqual(expect.any(String));
    });

    describe('get and write', () => {
      it('gives back what was written, byte for byte', async () => {
        const document = visit('v1', {
          partner: 'acme',
          amount: 0.1 + 0.2,
          at: null,
          note: {
            z: [1, null, true, { deep: 'Grüße 👋 "q" \\ \u0000 \u2028' }],
            a: -1e21,
            10: 'x',
            empty: {},
          },
        });
        await write(document);
        expect(JSON.stringify(await read('v1'))).toBe(JSON.stringify(document));
      });

      it('leaves out ids that do not exist', async () => {
        await write(visit('here'));
        const found = await store.get(collection, ['here', 'absent', 'here']);
        expect([...found.keys()]).toEqual(['here']);
        expect(await store.get(collection, [])).toEqual(new Map());
      });

      it('replaces the whole document', async () => {
        await write(visit('v1', { partner: 'acme', note: 'old' }, 1));
        await write(visit('v1', { partner: 'bond' }, 2));
        expect(await read('v1')).toEqual(visit('v1', { partner: 'bond' }, 2));
        expect(await ids({ where: { partner: 'acme' } })).toEqual([]);
        expect(await ids({ where: { partner: 'bond' } })).toEqual(['v1']);
      });

      it('removes a document', async () => {
        await write(visit('v1'), visit('v2'));
        await store.write(collection, [remove('v1', 2)]);
        expect(await ids({})).toEqual(['v2']);
      });

      it('takes more than a thousand documents and ids at once', async () => {
        const many = Array.from({ length: 1_100 }, (_, n) => visit(`visit-${n}`, { amount: n }));
        await write(...many);
        const found = await store.get<Visit>(
          collection,
          many.map(({ id }) => id),
        );
        expect(found.size).toBe(1_100);
        expect(found.get('visit-1099')).toEqual(many[1_099]);
      });

      it('takes any text as an id', async () => {
        const odd = [
          '',
          ' ',
          'a b',
          "o'hara",
          '"',
          '``',
          '$set',
          '$.a',
          'a.b.c',
          '%',
          '_',
          '[1]',
          'ü',
          'é',
          '👋',
          '\n',
          '\\',
          '__proto__',
          'Case',
          'case',
          '5',
          '05',
        ];
        await write(...odd.map((id) => visit(id, { at: 'same', note: id })));
        const found = await store.get<Visit>(collection, odd);
        expect(odd.map((id) => found.get(id)?.note)).toEqual(odd);
        const sorted = odd.toSorted(byBytes);
        expect((await pages({ orderBy: 'at', limit: 1 })).map(({ id }) => id)).toEqual(sorted);
        expect((await streamed()).map(({ id }) => id)).toEqual(sorted);
        await store.write(
          collection,
          odd.map((id) => remove(id, 2)),
        );
        expect(await ids({})).toEqual([]);
      });
    });

    describe('tombstones', () => {
      beforeEach(async () => {
        await store.drop(collection);
        collection = { ...collection, hasTombstones: true };
        await store.ensure(collection);
      });

      it('keep a late writer from bringing back a document that was removed', async () => {
        await write(visit('v1', { at: 'a', partner: 'acme' }, 1));
        await store.write(collection, [remove('v1', 3)]);
        await write(visit('v1', { at: 'stale', partner: 'acme' }, 2));
        await store.write(collection, [{ ...put(visit('v1', { at: 'stale' }, 3)), isNew: true }]);
        expect(await read('v1')).toBeUndefined();
        expect(await ids({})).toEqual([]);
        expect(await ids({ orderBy: 'at' })).toEqual([]);
        expect(await ids({ where: { partner: 'acme' } })).toEqual([]);
        expect(await streamed()).toEqual([]);
        await write(visit('v1', { at: 'again' }, 4));
        expect(await read('v1')).toEqual(visit('v1', { at: 'again' }, 4));
        expect(await ids({ orderBy: 'at' })).toEqual(['v1']);
      });

      it('are also for a document that was never written', async () => {
        await store.write(collection, [{ ...remove('v1', 3), isNew: true }]);
        await store.write(collection, [{ ...put(visit('v1', {}, 2)), isNew: true }]);
        expect(await read('v1')).toBeUndefined();
      });

      it('do not count as documents of a page, nor keep an index from being made', async () => {
        await write(...['a', 'b', 'c', 'd'].map((id) => visit(id, { note: id })));
        await store.write(
          collection,
          ['a', 'c'].map((id) => remove(id, 2)),
        );
        expect((await pages({ limit: 1 })).map(({ id }) => id)).toEqual(['b', 'd']);
        collection = { ...collection, indexes: [...INDEXES, ['note']] };
        await store.ensure(collection);
        expect(await ids({ orderBy: 'note' })).toEqual(['b', 'd']);
      });
    });

    describe('the position guard', () => {
      it('changes nothing when the same event is folded again', async () => {
        await write(visit('v1', { note: 'first' }, 5));
        await write(visit('v1', { note: 'again' }, 5));
        expect(await read('v1')).toEqual(visit('v1', { note: 'first' }, 5));
      });

      it('never lets an older position overwrite a newer one', async () => {
        await write(visit('v1', { partner: 'new' }, 10));
        await write(visit('v1', { partner: 'old' }, 9));
        expect(await read('v1')).toEqual(visit('v1', { partner: 'new' }, 10));
        expect(await ids({ where: { partner: 'old' } })).toEqual([]);
      });

      it('removes only by a newer position', async () => {
        await write(visit('v1', {}, 5));
        await store.write(collection, [remove('v1', 4)]);
        await store.write(collection, [remove('v1', 5)]);
        expect(await read('v1')).toBeDefined();
        await store.write(collection, [remove('v1', 6)]);
        expect(await read('v1')).toBeUndefined();
      });

      it('holds for each document by itself, and for one that a batch writes twice', async () => {
        await write(visit('a', {}, 5), visit('b', {}, 1));
        await write(
          visit('a', { note: 'stale' }, 3),
          visit('b', { note: 'fresh' }, 3),
          visit('c', { note: 1 }, 3),
          visit('c', { note: 2 }, 4),
          visit('c', { note: 'stale' }, 2),
        );
        expect((await find({ limit: 9 })).map(({ note }) => note)).toEqual([undefined, 'fresh', 2]);
      });

      it('holds for documents that were wrongly thought to be new', async () => {
        await write(visit('newer', { note: 'kept' }, 5), visit('older', {}, 1));
        const writes = [
          visit('first', { note: 1 }, 3),
          visit('newer', { note: 'stale' }, 3),
          visit('older', { note: 'fresh' }, 3),
          visit('last', { note: 2 }, 3),
        ].map((document) => ({ ...put(document), isNew: true }));
        await store.write(collection, writes, position(3));
        await store.write(collection, writes, position(3));
        const notes = (await find({ limit: 9 })).map(({ id, note }) => [id, note]);
        expect(notes).toEqual([
          ['first', 1],
          ['last', 2],
          ['newer', 'kept'],
          ['older', 'fresh'],
        ]);
      });

      it('makes a batch that is written again a repeat without effect', async () => {
        const batch = [put(visit('a', {}, 1)), put(visit('b', {}, 2)), remove('a', 3)];
        await store.write(collection, batch, position(3));
        const before = JSON.stringify(await streamed());
        await store.write(collection, batch, position(3));
        expect(JSON.stringify(await streamed())).toBe(before);
      });
    });

    describe('the checkpoint', () => {
      it('is undefined before the first', async () => {
        expect(await store.checkpoint(collection)).toBeUndefined();
        expect(await store.checkpoint({ name: 'never-made@1', indexes: [] })).toBeUndefined();
      });

      it('is written with the documents, or without any', async () => {
        await store.write(collection, [put(visit('v1', {}, 7))], position(7));
        expect(await store.checkpoint(collection)).toBe(position(7));
        expect(await read('v1')).toBeDefined();
        await store.write(collection, [], position(9));
        expect(await store.checkpoint(collection)).toBe(position(9));
      });

      it('stays when none is given', async () => {
        await store.write(collection, [], position(7));
        await write(visit('v1', {}, 8));
        expect(await store.checkpoint(collection)).toBe(position(7));
      });

      it('is never taken back', async () => {
        await store.write(collection, [], position(10));
        await store.write(collection, [], position(9));
        expect(await store.checkpoint(collection)).toBe(position(10));
      });
    });

    describe('find', () => {
      beforeEach(() =>
        write(
          visit('1', { partner: 'acme', at: '2026-03-02', amount: 10 }),
          visit('2', { partner: 'bond', at: '2026-03-01', amount: 9 }),
          visit('3', { partner: 'acme', at: '2026-03-04', amount: -1.5 }),
          visit('4', { partner: 'acme', at: '2026-03-03', amount: 100 }),
          visit('5', { partner: 'bond', at: null }),
          visit('6', { partner: null, amount: 0 }),
        ),
      );

      it('as the JSON that is stored gives the same pages', async () => {
        for (const query of [{ limit: 2 }, { orderBy: 'at', direction: 'descending', limit: 1 }] as const) {
          let after: string | undefined;
          do {
            const page = await store.find(collection, { ...query, after });
            const texts = page.documents.map((document) => JSON.stringify(document));
            const next = page.next === undefined ? {} : { next: page.next };
            expect(await store.findTexts(collection, { ...query, after })).toEqual({ texts, ...next });
            after = page.next;
          } while (after !== undefined);
        }
        const unknown = { where: { note: 'x' }, limit: 1 };
        await expect(store.findTexts(collection, unknown)).rejects.toMatchObject({
          code: 'field-not-indexed',
        });
      });

      it('orders by id when nothing else is asked', async () => {
        expect(await ids({})).toEqual(['1', '2', '3', '4', '5', '6']);
        expect(await ids({ direction: 'descending', limit: 2 })).toEqual(['6', '5']);
      });

      it('finds by equality, of one field or several', async () => {
        expect(await ids({ where: { partner: 'bond' } })).toEqual(['2', '5']);
        expect(await ids({ where: { partner: 'acme', amount: 10 } })).toEqual(['1']);
        expect(await ids({ where: { partner: 'nobody' } })).toEqual([]);
      });

      it('finds by one of several values, in the order of the query over all of them', async () => {
        const partner = ['bond', 'acme', 'nobody'];
        expect(await ids({ where: { partner } })).toEqual(['1', '2', '3', '4', '5']);
        expect(await ids({ where: { partner }, orderBy: 'at' })).toEqual(['2', '1', '4', '3']);
        const latest = { where: { partner }, orderBy: 'at', direction: 'descending' } as const;
        expect(await ids({ ...latest, range: { at: { to: '2026-03-04' } } })).toEqual(['4', '1', '2']);
        expect((await pages({ ...latest, limit: 1 })).map(({ id }) => id)).toEqual(['3', '4', '1', '2']);
        expect(await ids({ where: { partner: ['bond'] } })).toEqual(['2', '5']);
        expect(await ids({ where: { partner: ['bond', 'acme'], amount: 9 } })).toEqual(['2']);
      });

      it('finds nothing by one of no values, and still refuses a cursor that is none', async () => {
        expect(await ids({ where: { partner: [] } })).toEqual([]);
        const refused = find({ where: { partner: [] }, after: 'nonsense', limit: 1 });
        await expect(refused).rejects.toMatchObject({ code: 'invalid-cursor' });
      });

      it('finds by one of a hundred values', async () => {
        const partner = Array.from({ length: 100 }, (_, n) => (n === 57 ? 'bond' : `none-${n}`));
        expect(await ids({ where: { partner }, orderBy: 'at' })).toEqual(['2']);
      });

      it('finds by a range of what an index only keeps, in the order of the index', async () => {
        const kept = { name: 'kept@1', indexes: [['partner', 'at', '+amount']] };
        await store.ensure(kept);
        expect(await store.missingIndexes(kept)).toEqual([]);
        const visits = ['3', '1', '2', '4'].map((n) =>
          visit(n, { partner: 'acme', at: n, amount: Number(n) }),
        );
        await store.write(kept, visits.map(put));
        const query = {
          where: { partner: 'acme' },
          range: { amount: { from: 2, to: 4 } },
          orderBy: 'at',
          limit: 9,
        };
        const found = async () => (await store.find(kept, query)).documents.map(({ id }) => id);
        expect(await found()).toEqual(['2', '3']);
      });

      it('finds by id, with other conditions', async () => {
        expect(await ids({ where: { id: '3' } })).toEqual(['3']);
        expect(await ids({ where: { id: '3', partner: 'acme' }, orderBy: 'at' })).toEqual(['3']);
        expect(await ids({ where: { id: '3', partner: 'bond' } })).toEqual([]);
        expect(await ids({ where: { id: ['4', '1', 'x'] }, orderBy: 'at' })).toEqual(['1', '4']);
        expect(await ids({ where: { id: '3' }, range: { at: { to: '2026-03-04' } } })).toEqual([]);
      });

      it('tells text from numbers, and upper case from lower', async () => {
        await write(visit('7', { partner: '10' }));
        expect(await ids({ where: { amount: '10' } })).toEqual([]);
        expect(await ids({ where: { partner: 10 } })).toEqual([]);
        expect(await ids({ where: { partner: 'ACME' } })).toEqual([]);
      });

      it('takes a range from its lower bound up to but without its upper one', async () => {
        expect(await ids({ range: { at: { from: '2026-03-02', to: '2026-03-04' } } })).toEqual(['1', '4']);
        expect(await ids({ range: { at: { from: '2026-03-03' } } })).toEqual(['3', '4']);
        expect(await ids({ range: { amount: { to: 10 } } })).toEqual(['2', '3', '6']);
        expect(await ids({ range: { amount: { from: 0 }, at: { to: '2026-03-03' } } })).toEqual(['1', '2']);
      });

      it('orders numbers as numbers and text as text, in both directions', async () => {
        expect(await ids({ orderBy: 'amount' })).toEqual(['3', '6', '2', '1', '4']);
        expect(await ids({ orderBy: 'amount', direction: 'descending' })).toEqual(['4', '1', '2', '6', '3']);
        expect(await ids({ orderBy: 'at' })).toEqual(['2', '1', '4', '3']);
        expect(await ids({ orderBy: 'at', direction: 'descending' })).toEqual(['3', '4', '1', '2']);
      });

      it('leaves out documents without the field it orders by or ranges over', async () => {
        expect(await ids({ where: { partner: 'bond' }, orderBy: 'at' })).toEqual(['2']);
        expect(await ids({ where: { partner: 'bond' }, orderBy: 'at', direction: 'descending' })).toEqual([
          '2',
        ]);
        expect(await ids({ range: { at: { to: '9999' } } })).toEqual(['1', '2', '3', '4']);
      });

      it('joins equality, range and order', async () => {
        const query = { where: { partner: 'acme' }, range: { at: { from: '2026-03-03' } }, orderBy: 'at' };
        expect(await ids(query)).toEqual(['4', '3']);
      });

      it('refuses a field that no index names', async () => {
        const refused = { code: 'field-not-indexed', field: 'note' };
        await expect(find({ where: { note: 'x' }, limit: 1 })).rejects.toMatchObject(refused);
        await expect(find({ range: { note: { from: 'x' } }, limit: 1 })).rejects.toMatchObject(refused);
        await expect(find({ orderBy: 'note', limit: 1 })).rejects.toMatchObject(refused);
      });

      it('finds by fields with odd names', async () => {
        const odd = ['id', 'position', 'document', 'order', 'a b', 'a"b', "a'b", 'ü'];
        collection = await fresh(odd.map((field) => [field]));
        const document = {
          ...Object.fromEntries(odd.map((field) => [field, `${field}!`])),
          id: 'v1',
          position: position(1),
        };
        await store.write(collection, [{ id: 'v1', position: position(1), document }]);
        for (const field of odd.slice(2))
          expect(await ids({ where: { [field]: `${field}!` }, orderBy: field })).toEqual(['v1']);
        expect(await ids({ where: { id: 'v1' }, orderBy: 'position' })).toEqual(['v1']);
      });
    });

    describe('paging', () => {
      it('ends without a cursor, also when the last page is full', async () => {
        await write(visit('1'), visit('2'));
        expect((await store.find(collection, { limit: 2 })).next).toBeUndefined();
        expect((await store.find(collection, { limit: 1 })).next).toBeDefined();
        expect((await store.find(await fresh(), { limit: 1 })).next).toBeUndefined();
      });

      it('loses and repeats no document over ties, while others come and go', async () => {
        await write(...Array.from({ length: 9 }, (_, n) => visit(`v${n}`, { at: n < 5 ? 'same' : 'then' })));
        const first = await store.find<Visit>(collection, { orderBy: 'at', limit: 4 });
        await store.write(collection, [remove('v3', 2), put(visit('v0-new', { at: 'same' }))]);
        const query = { orderBy: 'at', limit: 9, after: first.next };
        expect(await ids(query)).toEqual(['v4', 'v5', 'v6', 'v7', 'v8']);
      });

      it('keeps to the range on the field it orders by', async () => {
        await write(...Array.from({ length: 20 }, (_, n) => visit(`v${n}`, { amount: n })));
        const amounts = async (direction: Query['direction']) => {
          const query = { range: { amount: { from: 5, to: 12 } }, orderBy: 'amount', direction, limit: 2 };
          return (await pages(query)).map(({ amount }) => amount);
        };
        expect(await amounts('ascending')).toEqual([5, 6, 7, 8, 9, 10, 11]);
        expect(await amounts('descending')).toEqual([11, 10, 9, 8, 7, 6, 5]);
      });

      it('refuses a cursor that is none, or one of another order', async () => {
        await write(visit('1', { at: 'a', amount: 1 }), visit('2', { at: 'b', amount: 2 }));
        const { next = '' } = await store.find(collection, { orderBy: 'at', limit: 1 });
        const refused = { code: 'invalid-cursor', field: 'after' };
        const foreign: Partial<Query>[] = [
          { orderBy: 'amount', after: next },
          { orderBy: 'at', direction: 'descending', after: next },
          { after: next },
          { orderBy: 'at', after: `${next}!` },
          { orderBy: 'at', after: next.slice(0, -3) },
          { orderBy: 'at', after: '' },
          { orderBy: 'at', after: 'nonsense' },
          { orderBy: 'at', after: Buffer.from('["at","ascending",{"$gt":0},"1"]').toString('base64url') },
          { orderBy: 'at', after: Buffer.from('["at","ascending",null,"1"]').toString('base64url') },
          { orderBy: 'at', after: Buffer.from('null').toString('base64url') },
        ];
        for (const query of foreign)
          await expect(find({ limit: 1, ...query }), JSON.stringify(query)).rejects.toMatchObject(refused);
      });

      it('gives, page by page, just what a sort of all documents gives', async () => {
        const documents = fc.uniqueArray(
          fc.record(
            {
              id: fc
                .string({ unit: 'binary', minLength: 1, maxLength: 3 })
                .filter((id) => !id.includes('\0')),
              partner: fc.constantFrom('acme', 'bond', null),
              at: fc.constantFrom('a', 'b', 'ü', '👋', '\uffff', null),
              amount: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0.1 + 0.2, 2 ** 53, null)),
            },
            { requiredKeys: ['id'] },
          ),
          { selector: ({ id }) => id, maxLength: 30 },
        );
        const queries = fc.record(
          {
            limit: fc.integer({ min: 1, max: 7 }),
            where: fc.record({ partner: fc.constantFrom('acme', 'bond') }, { requiredKeys: [] }),
            range: fc.record(
              {
                amount: fc.record(
                  { from: fc.integer({ min: -2, max: 2 }), to: fc.integer({ min: -2, max: 2 }) },
                  { requiredKeys: [] },
                ),
              },
              { requiredKeys: [] },
            ),
            orderBy: fc.constantFrom('at' as const, 'amount' as const),
            direction: fc.constantFrom('ascending' as const, 'descending' as const),
          },
          { requiredKeys: ['limit'] },
        );
        await fc.assert(
          fc.asyncProperty(
            documents,
            fc.array(queries, { minLength: 1, maxLength: 5 }),
            async (fields, asked) => {
              collection = await fresh();
              const all = fields.map(({ id, ...rest }) => visit(id, rest));
              await write(...all);
              for (const query of asked) expect(await pages(query)).toEqual(sorted(all, query));
              await store.drop(collection);
            },
          ),
          { numRuns: 60 },
        );
      });
    });

    describe('count', () => {
      beforeEach(() =>
        write(
          visit('1', { partner: 'acme', at: '2026-03-02', amount: 10 }),
          visit('2', { partner: 'bond', at: '2026-03-01', amount: 0.1 + 0.2 }),
          visit('3', { partner: 'acme', at: '2026-03-02', amount: 10 }),
          visit('4', { partner: 'acme', at: '2026-03-03' }),
          visit('5', { partner: null, at: '2026-03-02' }),
          visit('6', { at: '2026-03-04' }),
        ),
      );
      const counted = async (query: CountQuery) =>
        (await store.count(collection, query)).map(({ values, count }) => [...values, count]);

      it('counts documents by the values of fields, in their order; null is a value', async () => {
        expect(await counted({ by: ['partner'] })).toEqual([
          [null, 2],
          ['acme', 3],
          ['bond', 1],
        ]);
        expect(await counted({ by: ['at', 'partner'] })).toEqual([
          ['2026-03-01', 'bond', 1],
          ['2026-03-02', null, 1],
          ['2026-03-02', 'acme', 2],
          ['2026-03-03', 'acme', 1],
          ['2026-03-04', null, 1],
        ]);
        expect(await counted({ by: ['amount'] })).toEqual([
          [null, 3],
          [0.1 + 0.2, 1],
          [10, 2],
        ]);
      });

      it('counts what equals a value, or one of several, within a range', async () => {
        expect(await counted({ by: ['at'], where: { partner: 'acme' } })).toEqual([
          ['2026-03-02', 2],
          ['2026-03-03', 1],
        ]);
        const range = { at: { from: '2026-03-01', to: '2026-03-03' } };
        expect(await counted({ by: ['partner'], where: { partner: ['bond', 'acme'] }, range })).toEqual([
          ['acme', 2],
          ['bond', 1],
        ]);
        expect(await counted({ by: ['partner'], where: { partner: [] } })).toEqual([]);
        expect(await counted({ by: ['partner'], where: { id: '4' } })).toEqual([['acme', 1]]);
        expect(await counted({ by: ['at'], range: { amount: { from: 1 } } })).toEqual([['2026-03-02', 2]]);
      });

      it('counts no documents that were removed', async () => {
        const gone = { ...(await fresh()), name: 'gone@1', hasTombstones: true };
        await store.ensure(gone);
        await store.write(gone, [put(visit('1', { partner: 'acme' })), put(visit('2'))]);
        await store.write(gone, [remove('1', 2)]);
        expect(await store.count(gone, { by: ['partner'] })).toEqual([{ values: [null], count: 1 }]);
        expect(await store.count(gone, { by: ['partner'], where: { partner: 'acme' } })).toEqual([]);
        await store.drop(gone);
      });

      it('refuses a field that no index names', async () => {
        const refused = { code: 'field-not-indexed', field: 'note' };
        await expect(counted({ by: ['note'] })).rejects.toMatchObject(refused);
        await expect(counted({ by: ['at'], where: { note: 'x' } })).rejects.toMatchObject(refused);
      });
    });

    describe('distinct', () => {
      const named = (from: string, limit = 9, where: DistinctQuery['where'] = {}) =>
        store.distinct(collection, { field: 'at', range: { from, to: `${from}\u{10FFFF}` }, where, limit });

      it('gives each text of a field that begins so once, in order', async () => {
        const texts = ['new', 'new', 'newer', 'new 👋', 'old', 'NEW', 'ne', null];
        await write(...texts.map((at, n) => visit(`v${n}`, { at })));
        expect(await named('new')).toEqual(['new', 'new 👋', 'newer']);
        expect(await named('new', 2)).toEqual(['new', 'new 👋']);
        expect(await named('none')).toEqual([]);
      });

      it('gives those of the documents that equal a value', async () => {
        const texts = ['new', 'newer', 'new', 'newest', 'news', 'old'];
        await write(...texts.map((at, n) => visit(`v${n}`, { at, partner: n % 2 ? 'bond' : 'acme' })));
        expect(await named('new', 9, { partner: 'acme' })).toEqual(['new', 'news']);
        expect(await named('new', 9, { partner: 'bond' })).toEqual(['newer', 'newest']);
        expect(await named('new', 1, { partner: 'bond' })).toEqual(['newer']);
        expect(await named('new', 9, { partner: 'corp' })).toEqual([]);
      });

      it('refuses a field that no index names', async () => {
        const query = { field: 'at', range: { from: 'a', to: 'b' }, limit: 1 };
        const refused = { code: 'field-not-indexed', field: 'note' };
        for (const one of [
          { ...query, field: 'note' },
          { ...query, where: { note: 'a' } },
        ])
          await expect(store.distinct(collection, one)).rejects.toMatchObject(refused);
      });
    });

    describe('stream', () => {
      it('gives all documents in the order of their ids', async () => {
        const many = Array.from({ length: 1_203 }, (_, n) => visit(`v${n}`));
        await write(...many);
        expect((await streamed()).map(({ id }) => id)).toEqual(many.map(({ id }) => id).toSorted(byBytes));
      });

      it('gives none of an empty collection', async () => {
        expect(await streamed()).toEqual([]);
      });

      it('does not stand in the way of writes, nor of a reader that leaves early', async () => {
        await write(...Array.from({ length: 600 }, (_, n) => visit(`v${position(n)}`)));
        let seen = 0;
        for await (const { id } of store.stream<Visit>(collection)) {
          await write(visit(id, { note: 'seen' }, 2));
          seen += 1;
          if (seen === 550) break;
        }
        expect((await streamed()).filter(({ note }) => note === 'seen')).toHaveLength(550);
        await store.drop(collection);
      });
    });

    describe('collections', () => {
      it('know nothing of each other', async () => {
        const other = await fresh();
        await store.write(collection, [put(visit('v1', { note: 'mine' }))], position(1));
        expect(await store.get(other, ['v1'])).toEqual(new Map());
        expect(await store.checkpoint(other)).toBeUndefined();
        await store.drop(other);
        expect(await read('v1')).toBeDefined();
        expect(await store.checkpoint(collection)).toBe(position(1));
      });

      it('may have names that differ little', async () => {
        const names = ['odd@1', 'Odd@1', 'odd@10', 'odd 1', 'odd"@1', "odd'@1", 'odd.1', '^odd@1', 'ödd@1'];
        for (const name of names) {
          await store.ensure({ name, indexes: INDEXES });
          await store.write({ name, indexes: INDEXES }, [put(visit('v1', { note: name }))]);
        }
        for (const name of names) {
          const found = await store.get<Visit>({ name, indexes: INDEXES }, ['v1']);
          expect(found.get('v1')?.note).toBe(name);
        }
      });

      it('stay as they are when made again', async () => {
        await store.write(collection, [put(visit('v1', { at: 'a' }))], position(1));
        await store.ensure(collection);
        expect(await ids({ orderBy: 'at' })).toEqual(['v1']);
        expect(await store.checkpoint(collection)).toBe(position(1));
      });

      it('take a new index, and find by it the documents they had', async () => {
        collection = await fresh([['partner']]);
        const known = collection;
        const decimal = 0.1 + 0.2;
        await write(
          visit('1', { partner: 'acme', amount: decimal }),
          visit('2', { at: 'b' }),
          visit('3', { at: 'a' }),
        );
        collection = { ...known, indexes: [['partner'], ['at'], ['partner', 'amount']] };
        await store.ensure(collection);
        await write(visit('4', { at: 'c' }));
        expect(await ids({ orderBy: 'at' })).toEqual(['3', '2', '4']);
        expect(await ids({ where: { partner: 'acme', amount: decimal } })).toEqual(['1']);
      });

      it('are gone with their checkpoint when dropped, and begin anew', async () => {
        await store.write(collection, [put(visit('v1', { at: 'a' }, 5))], position(5));
        expect(await ids({ orderBy: 'at' })).toEqual(['v1']);
        await store.drop(collection);
        expect(await store.checkpoint(collection)).toBeUndefined();
        await store.ensure(collection);
        expect(await streamed()).toEqual([]);
        await write(visit('v1', { at: 'b' }, 1));
        expect(await ids({ orderBy: 'at' })).toEqual(['v1']);
      });

      it('may be dropped when they do not exist', async () => {
        await store.drop({ name: 'never-made@1', indexes: [] });
      });
    });
  });
}

/** The reference: what a query gives, by filter and sort over all documents. */
function sorted(all: readonly Visit[], { where, range, orderBy, direction }: Query): Visit[] {
  type Field = 'partner' | 'at' | 'amount';
  const { from, to } = range?.amount ?? {};
  const within = ({ amount }: Visit) =>
    (from === undefined && to === undefined) ||
    (typeof amount === 'number' && amount >= Number(from ?? -Infinity) && amount < Number(to ?? Infinity));
  const compare = (a: Visit, b: Visit): number => {
    const [left, right] = [a[orderBy as Field], b[orderBy as Field]];
    const byValue =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : byBytes(String(left ?? ''), String(right ?? ''));
    return byValue || byBytes(a.id, b.id);
  };
  const found = all
    .filter((document) => where?.partner === undefined || document.partner === where.partner)
    .filter(within)
    .filter((document) => !orderBy || (document[orderBy as Field] ?? null) !== null)
    .toSorted(compare);
  return direction === 'descending' ? found.reverse() : found;
}
