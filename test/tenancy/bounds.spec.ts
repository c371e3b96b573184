import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, DocumentStore } from '../../src/application/ports/document-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { history } from '../../src/application/read-models/history/history.js';
import { partners } from '../../src/application/read-models/partners/partners.js';
import { people } from '../../src/application/read-models/people/people.js';
import { PartnersInScope } from '../../src/application/tenancy/partners-in-scope.js';
import { ScopedLists } from '../../src/application/tenancy/scoped-lists.js';
import { MAX_MATCHES_IN_SCOPE, MAX_PARTNERS_PER_PAGE } from '../../src/domain/bounds.js';
import { MongodbDocumentStore } from '../../src/infrastructure/mongodb/mongodb-document-store.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { mongodbServer } from '../mongodb/server.js';

const server = await mongodbServer();
const folder = mkdtempSync(join(tmpdir(), 'herald-tenancy-'));
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Read models of their own, and the lists over them. */
const over = async (store: DocumentStore) => {
  const readModels = new ReadModels(store);
  await readModels.open();
  const inScope = new PartnersInScope(readModels);
  const write = async <D extends Document>(projection: Projection<D>, documents: readonly object[]) => {
    const collection = { ...readModels.collection(projection), indexes: projection.indexes };
    await store.ensure(collection);
    const writes = documents.map((document) => ({ position: '1', ...(document as { id: string }) }));
    await store.write(
      collection,
      writes.map((document) => ({ id: document.id, position: '1', document })),
    );
  };
  return { lists: new ScopedLists(readModels, inScope), write };
};

type Over = Awaited<ReturnType<typeof over>>;

const partner = (partnerId: string, solutionId: string) => ({ id: partnerId, partnerId, solutionId });
const person = (partnerId: string, userId: string) => ({
  ...{ id: `${partnerId}/${userId}`, partnerId, userId, active: true },
});
const numbered = (name: string, n: number) => `${name}-${String(n).padStart(6, '0')}`;

const stores = [
  ['SQLite', () => new SqliteDocumentStore({ file: join(folder, `${Math.trunc(performance.now())}.db`) })],
  ['MongoDB', () => new MongodbDocumentStore({ url: `${server?.url}tenancy-${process.pid}` })],
] as const;

describe.each(stores.filter(([name]) => name === 'SQLite' || server))('On %s', (_name, open) => {
  let store: DocumentStore;
  let read: Over;
  beforeAll(async () => {
    store = open();
    read = await over(store);
    await read.write(partners, [
      ...['a-1', 'a-2', 'a-3'].map((id) => partner(id, 'aurora')),
      ...['a-2b', 'z-1'].map((id) => partner(id, 'zephyr')),
      ...['other'].map((id) => partner(id, 'other')),
    ]);
    await read.write(
      people,
      ['a-1', 'a-2', 'a-2b', 'a-3', 'z-1', 'other'].flatMap((id) =>
        ['ada', 'ben', 'cem'].map((user) => person(id, user)),
      ),
    );
    await read.write(
      history,
      Array.from({ length: 30 }, (_, n) => ({
        ...{ id: numbered('n', n), solutionId: ['aurora', 'zephyr', 'other'][n % 3] },
        ...{ decidedAt: `2026-03-${String(1 + (n % 7)).padStart(2, '0')}`, rule: n % 2 ? 'odd' : 'even' },
      })),
    );
  });
  afterAll(() => store.close());

  const pagesOf = async (
    list: (after: string | undefined) => Promise<{ documents: readonly Document[]; next?: string }>,
  ) => {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(after);
      ids.push(...page.documents.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    return ids;
  };

  it.each([1, 2, 3, 4, 50])(
    'reads the people of two solutions partner by partner, %i at a time',
    async (limit) => {
      const ids = await pagesOf((after) =>
        read.lists.byPartner(people, ['zephyr', 'aurora'], { limit, after }, ['userId']),
      );
      const wanted = ['a-1', 'a-2', 'a-2b', 'a-3', 'z-1'].flatMap((id) =>
        ['ada', 'ben', 'cem'].map((user) => `${id}/${user}`),
      );
      expect(ids).toEqual(wanted);
      const bens = await pagesOf((after) =>
        read.lists.byPartner(people, ['aurora'], { where: { userId: 'ben' }, limit, after }, ['userId']),
      );
      expect(bens).toEqual(['a-1/ben', 'a-2/ben', 'a-3/ben']);
    },
  );

  it.each([1, 3, 7, 50])('merges the history of two solutions in order, %i at a time', async (limit) => {
    const asked = (rule?: string) => ({
      ...({ orderBy: 'decidedAt', direction: 'descending', limit } as const),
      where: (rule === undefined ? {} : { rule }) as Readonly<Record<string, string>>,
    });
    const all = await pagesOf((after) => read.lists.bySolution(history, 'all', { ...asked(), after }));
    const merged = await pagesOf((after) =>
      read.lists.bySolution(history, ['zephyr', 'aurora'], { ...asked(), after }),
    );
    expect(all).toHaveLength(30);
    expect(merged).toEqual(all.filter((id) => Number(id.slice(2)) % 3 !== 2));
    const odd = await pagesOf((after) =>
      read.lists.bySolution(history, ['aurora', 'zephyr'], { ...asked('odd'), after }),
    );
    expect(odd).toEqual(merged.filter((id) => Number(id.slice(2)) % 2 === 1));
  });
});

describe('A page for a principal that is bound to solutions', () => {
  it.each([0, 1])('reads 200 partners, and of %i more only with the next page', async (more) => {
    const store = new SqliteDocumentStore({ file: join(folder, `partners-${more}.db`) });
    const { lists, write } = await over(store);
    const ids = Array.from({ length: MAX_PARTNERS_PER_PAGE + more }, (_, n) => numbered('p', n));
    await write(
      partners,
      ids.map((id) => partner(id, 'aurora')),
    );
    const last = ids.at(-1) as string;
    await write(people, [person(last, 'ada')]);
    const list = (after?: string) => lists.byPartner(people, ['aurora'], { limit: 10, after }, ['userId']);
    const first = await list();
    const found = more === 0 ? first : await list(first.next);
    if (more > 0) expect(first.documents).toEqual([]);
    expect(found.documents.map(({ id }) => id)).toEqual([`${last}/ada`]);
    expect(found.next).toBeUndefined();
    await store.close();
  });

  it.each([
    [0, true],
    [1, false],
  ])(
    'looks through 10,000 people of one user id, and not through %i more',
    async (more, isFound) => {
      const store = new SqliteDocumentStore({ file: join(folder, `matches-${more}.db`) });
      const { lists, write } = await over(store);
      const foreign = Array.from({ length: MAX_MATCHES_IN_SCOPE - 1 + more }, (_, n) => numbered('a', n));
      await write(partners, [partner('z', 'aurora')]);
      await write(
        people,
        [...foreign, 'z'].map((id) => person(id, 'ada')),
      );
      const found: string[] = [];
      for await (const { id } of lists.matches(people, ['aurora'], { where: { userId: 'ada' } }))
        found.push(id);
      expect(found).toEqual(isFound ? ['z/ada'] : []);
      // With the partner it is found whatever others there are.
      const where = { userId: 'ada', partnerId: 'z' };
      const page = await lists.byPartner(people, ['aurora'], { where, limit: 1 }, ['userId']);
      expect(page.documents.map(({ id }) => id)).toEqual(['z/ada']);
      await store.close();
    },
    60_000,
  );
});
