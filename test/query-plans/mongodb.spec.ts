import { randomUUID } from 'node:crypto';
import { Collection, type FindCursor, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { type MongodbServer, mongodbServer } from '../mongodb/server.js';
import { AURORA, liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';

const isThere = Boolean(process.env.HERALD_TEST_MONGODB_URL || process.env.HERALD_TEST_FERRETDB);

const PATHS = [
  'notifications',
  'notifications?order=oldest',
  ...[
    'recipient=ada',
    'recipient=help@aurora.example',
    'account=aurora-own',
    'partner=aurora-1',
    'solution=aurora',
    'slotFrom=2026-03-02T00:00:00Z&slotTo=2026-03-09T00:00:00Z',
    'reason=opted-out',
    'outcome=accepted',
    'rule=account-expired',
    'decision=raised',
    'channel=email',
    'partner=aurora-1&outcome=accepted&rule=account-expired',
    'from=2026-03-03T00:00:00Z&to=2026-03-12T00:00:00Z',
  ].map((filter) => `notifications?${filter}`),
  'agenda',
  'agenda?partner=aurora-1',
  'agenda?solution=aurora',
  'people',
  'people?partner=aurora-1',
  'people?person=ada',
  'social-accounts?owner=ada',
  'social-accounts?status=ended',
  'approval-queues?status=waiting',
  'approval-queues?partner=aurora-1',
  'partners?status=registered',
  `partners?solution=${AURORA}`,
  'solutions?status=configured',
  'access-log?action=x',
  'dangling',
  'why-not?rule=account-expired&person=ada&partner=aurora-1',
  'coverage?date=2026-03-09',
];

/** A query as it was sent. */
interface Sent {
  readonly collection: string;
  readonly filter: object;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** The fields that a filter compares with one value, or with some. */
const equalFields = (filter: object): readonly string[] =>
  Object.entries(filter).flatMap(([field, condition]: [string, unknown]) => {
    if (field === '$and') return (condition as object[]).flatMap(equalFields);
    const isEqual =
      typeof condition === 'string' ||
      typeof condition === 'number' ||
      Object.hasOwn(Object(condition), '$in');
    return isEqual && !field.startsWith('$') ? [field] : [];
  });

/**
 * Whether an index begins with fields that the filter gives, and goes on with those of the order: it is searched, and nothing is sorted.
 * Behind them it may keep others.
 */
const serves = (index: readonly string[], { filter, sort }: Sent): boolean => {
  const equal = equalFields(filter);
  const order = Object.keys(sort);
  const given = index.slice(0, Math.max(0, index.indexOf(order[0] ?? '')));
  const isInOrder = index.slice(given.length, given.length + order.length).join() === order.join();
  return (
    isInOrder && given.every((field) => equal.includes(field)) && (given.length > 0 || equal.length === 0)
  );
};

/** The names of the stages of a plan, of the outermost first; none where a server does not tell. */
const stagesOf = (plan: unknown): readonly string[] =>
  typeof plan !== 'object' || plan === null
    ? []
    : Object.entries(plan).flatMap(([key, value]: [string, unknown]) =>
        key === 'stage' ? [String(value)] : stagesOf(value),
      );

describe.skipIf(!isThere)(
  'Queries of MongoDB (skipped without HERALD_TEST_MONGODB_URL or HERALD_TEST_FERRETDB)',
  () => {
    let server: MongodbServer | undefined;
    let herald: TestHerald;
    let client: MongoClient;
    const sent: { readonly query: Sent; readonly cursor: FindCursor }[] = [];

    beforeAll(async () => {
      server = await mongodbServer();
      const url = `${server?.url.replace(/\/$/, '')}/herald-${randomUUID()}`;
      client = new MongoClient(url);
      herald = await startTestHerald({ HERALD_READ_MODELS: url });
      await liveThroughTwoWeeks(herald);
      const find = Collection.prototype.find as (this: Collection, filter: object) => FindCursor;
      const spy = vi.spyOn(Collection.prototype, 'find').mockImplementation(function (
        this: Collection,
        filter: object = {},
      ) {
        const cursor = find.call(this, filter);
        const sort = cursor.sort.bind(cursor);
        cursor.sort = (order) => {
          const query = { collection: this.collectionName, filter, sort: order as Sent['sort'] };
          sent.push({ query, cursor });
          return sort(order);
        };
        return cursor;
      });
      for (const path of PATHS) {
        const { status, body } = await herald.get<{ next?: string | null }>(`/v1/${path}`);
        expect({ path, status }).toEqual({ path, status: 200 });
        if (!body.next) continue;
        await herald.get(
          `/v1/${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(body.next)}`,
        );
      }
      spy.mockRestore();
    }, 300_000);

    afterAll(async () => {
      await client?.close();
      await herald?.stop();
      await server?.stop();
    });

    it('are each served by an index that begins with a filter and goes on in the order of the page', async () => {
      const indexes = new Map<string, readonly (readonly string[])[]>();
      for (const { query } of sent) {
        const { collection } = query;
        const known =
          indexes.get(collection) ??
          (await client.db().collection(collection).listIndexes().toArray()).map(({ key }) =>
            Object.keys(key),
          );
        indexes.set(collection, known);
        expect({ query, indexes: known.filter((index) => serves(index, query)) }).not.toEqual({
          query,
          indexes: [],
        });
        expect(new Set(Object.values(query.sort)).size).toBe(1);
      }
      expect(indexes.size).toBeGreaterThan(8);
      expect(sent.length).toBeGreaterThan(PATHS.length);
    });

    // FerretDB explains its SQL and no index: its answer has no stage, so this says something on a MongoDB only.
    it('search an index and sort nothing, as far as the server explains its plans', async () => {
      for (const { query, cursor } of sent) {
        const explained: unknown = await cursor.clone().explain('queryPlanner');
        const { winningPlan } = (explained as { queryPlanner: { winningPlan?: unknown } }).queryPlanner;
        const stages = stagesOf(winningPlan);
        expect({ query, stages: stages.filter((stage) => stage === 'COLLSCAN' || stage === 'SORT') }).toEqual(
          { query, stages: [] },
        );
      }
    });
  },
);
