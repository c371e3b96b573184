import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Collection, Query } from '../../src/application/ports/document-store.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { findStatement } from '../../src/infrastructure/sqlite/find-statement.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from './two-suppliers.js';

let herald: TestHerald;
let one: KeyClient;
let both: KeyClient;
beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  const auditor = (...solutions: string[]) => ({ role: 'auditor', solutions }) as const;
  const keys = await herald.withKeys({ one: auditor(AURORA), both: auditor(AURORA, ZEPHYR) });
  ({ one, both } = keys);
});
afterAll(() => herald.stop());

/** What an instance asks by itself all the time: what is due, what is being sent or in doubt, and what is no read model. */
const isBackground = ({ name }: Collection, { where = {} }: Query): boolean =>
  !PROJECTIONS.some((projection) => name.startsWith(`${projection.name}@`)) ||
  where.lane !== undefined ||
  where.outcome === 'outcome-unknown' ||
  where.outcome === 'sending';

/** The steps of SQLite's plan of every query that a request makes. */
const stepsOf = async (who: KeyClient, path: string): Promise<readonly string[]> => {
  const find = vi.spyOn(SqliteReadModels.prototype, 'find');
  const { status } = await who.get(path);
  const made = find.mock.calls as unknown as readonly (readonly [Collection, Query])[];
  const asked = made.filter((one) => !isBackground(...one));
  find.mockRestore();
  expect({ path, status }).toEqual({ path, status: 200 });
  expect(asked.length).toBeGreaterThan(0);
  return asked.flatMap(([collection, query]) => {
    const file = join(herald.folder, 'read-models', `${collection.name}.db`);
    const database = new Database(file);
    const { sql, parameters } = findStatement(collection, query);
    const rows = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .raw()
      .all([...parameters]) as unknown[][];
    database.close();
    return rows.map((row) => String(row[3]));
  });
};

/** Steps that read documents, and whether each searches an index by a value. */
const isSearch = (step: string): boolean => /^SEARCH \S+.* USING (?:COVERING )?INDEX .*\(.*[=>]/.test(step);
const isRead = (step: string): boolean => /^(SCAN|SEARCH) (documents|kept)/.test(step);

const FIRST_PAGES = [
  '/v1/notifications',
  '/v1/notifications?rule=account-expired',
  '/v1/notifications?outcome=accepted',
  '/v1/notifications?recipient=ada',
  '/v1/notifications?recipient=ada@shared.example',
  '/v1/agenda',
  '/v1/agenda?partner=aurora-1',
  '/v1/agenda?solution=aurora',
  '/v1/people',
  '/v1/people?partner=aurora-1',
  '/v1/people?person=ada',
  '/v1/people?person=ada@shared.example',
  '/v1/social-accounts',
  '/v1/social-accounts?status=ended',
  '/v1/social-accounts?owner=ada',
  '/v1/approval-queues',
  '/v1/approval-queues?status=waiting',
  '/v1/partners',
  '/v1/partners?status=registered',
  '/v1/solutions',
  '/v1/solutions?status=configured',
  '/v1/coverage?date=2026-03-09',
  '/v1/dangling',
  '/v1/why-not?rule=account-expired&person=ada&partner=aurora-1',
];

describe('For a principal that is bound to solutions', () => {
  it.each(FIRST_PAGES)(
    '%s searches an index of its solutions, partners or people, and never all documents',
    async (path) => {
      for (const who of [one, both]) {
        const steps = await stepsOf(who, path);
        const reads = steps.filter(isRead);
        expect(reads.length).toBeGreaterThan(0);
        expect(reads.filter((step) => !isSearch(step))).toEqual([]);
        // By a field that bounds it, and not by one that all solutions share.
        const bounded = /\.(solutionId|partnerId|recipientId|userId|owner|ownerId|mailbox)[=>]|[( ]id[=>]/;
        expect(reads.filter((step) => !bounded.test(step))).toEqual([]);
      }
    },
  );
});
