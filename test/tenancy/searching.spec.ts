import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import {
  type HistoryDocument,
  history,
  subjectKeyOf,
} from '../../src/application/read-models/history/history.js';
import { MAX_SEARCHED_SUBJECTS } from '../../src/domain/bounds.js';
import { distinctStatement } from '../../src/infrastructure/sqlite/distinct-statement.js';
import { type KeyClient, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from './two-suppliers.js';

interface Listed {
  readonly items: readonly { readonly subjectLine: string }[];
}

let herald: TestHerald;
let unbound: KeyClient;
let aurora: KeyClient;
let zephyr: KeyClient;
let both: KeyClient;

/** Decisions of a solution, each with another subject that begins so. */
const decide = async (solutionId: string, beginning: string, count: number): Promise<void> => {
  const documents = herald.herald.app.get(DocumentStore);
  const collection = herald.herald.app.get(ReadModels).collection(history);
  const known = (await documents.find<HistoryDocument>(collection, { limit: 1 })).documents[0];
  if (!known) throw new Error('Nothing was decided.');
  const writes = Array.from({ length: count }, (_, n) => {
    const subjectLine = `${beginning} ${n}`;
    const id = `${solutionId}-${subjectKeyOf(subjectLine)}`;
    const document: HistoryDocument = {
      ...known,
      ...{ id, solutionId, subjectLine, subjectKey: subjectKeyOf(subjectLine) },
    };
    return { id, position: known.position, document };
  });
  await documents.write(collection, writes);
};

beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  const auditor = (...solutions: string[]) => ({ role: 'auditor', solutions }) as const;
  const keys = await herald.withKeys({
    ...{ aurora: auditor(AURORA), zephyr: auditor(ZEPHYR), both: auditor(AURORA, ZEPHYR) },
  });
  ({ admin: unbound, aurora, zephyr, both } = keys);
  await decide(ZEPHYR, 'Secret', MAX_SEARCHED_SUBJECTS + 10);
  await decide(AURORA, 'Shared', 2);
  await decide(ZEPHYR, 'Shared', MAX_SEARCHED_SUBJECTS);
  await decide(AURORA, 'Halves', MAX_SEARCHED_SUBJECTS);
  await decide(ZEPHYR, 'Halves other', MAX_SEARCHED_SUBJECTS);
});
afterAll(() => herald.stop());

const subjectsOf = async (who: KeyClient, q: string): Promise<readonly string[]> => {
  const { status, body } = await who.get<Listed>(`/v1/notifications?limit=200&q=${q}`);
  expect({ q, status }).toEqual({ q, status: 200 });
  return body.items.map(({ subjectLine }) => subjectLine).sort();
};

const TOO_BROAD = { status: 422, body: { code: 'search-too-broad' } };

describe('A search by subject', () => {
  it('says nothing of how many subjects of another solution begin so', async () => {
    expect(await subjectsOf(aurora, 'secret')).toEqual([]);
    expect((await aurora.get('/v1/notifications/summary?q=secret')).body).toMatchObject({ rows: [] });
    expect((await aurora.get('/v1/notifications?q=secret')).text).toBe(
      (await aurora.get('/v1/notifications?q=unheard')).text,
    );
    for (const who of [zephyr, both, unbound])
      expect(await who.get<ProblemBody>('/v1/notifications?q=secret')).toMatchObject(TOO_BROAD);
  });

  it('finds and counts those of the own solutions', async () => {
    expect(await subjectsOf(aurora, 'shared')).toEqual(['Shared 0', 'Shared 1']);
    expect(await subjectsOf(zephyr, 'shared')).toHaveLength(MAX_SEARCHED_SUBJECTS);
    // Each of the two in both solutions is one subject.
    expect(await subjectsOf(both, 'shared')).toHaveLength(MAX_SEARCHED_SUBJECTS + 2);
    expect(await subjectsOf(aurora, 'halves')).toHaveLength(MAX_SEARCHED_SUBJECTS);
    expect(await both.get<ProblemBody>('/v1/notifications?q=halves')).toMatchObject(TOO_BROAD);
  });

  it('reads nothing of other solutions', () => {
    const collection = herald.herald.app.get(ReadModels).collection(history);
    const range = { from: 'secret', to: 'secreu' };
    const { sql, parameters } = distinctStatement(collection, {
      ...{ field: 'subjectKey', range, where: { solutionId: AURORA }, limit: 9 },
    });
    const database = new Database(join(herald.folder, 'read-models', `${collection.name}.db`));
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .raw()
      .all([...parameters]) as unknown[][];
    database.close();
    const searches = steps.map((step) => String(step[3])).filter((step) => /^\S+ documents/.test(step));
    expect(searches).toHaveLength(2);
    for (const search of searches)
      expect(search).toContain('(.solutionId=? AND .subjectKey>? AND .subjectKey<?)');
  });
});
