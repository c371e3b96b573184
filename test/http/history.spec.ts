import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entry, everyPage, playedHerald, wholeHistory } from './eight-weeks.js';
import type { ProblemBody, TestHerald } from './herald.js';
import { inOrder } from './in-order.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
});
afterAll(() => herald.stop());

type Filter = Readonly<Record<string, string>>;

const idsOf = (entries: readonly Entry[]) => entries.map(({ notificationId }) => notificationId);

const fetched = async (filter: Filter): Promise<readonly Entry[]> =>
  (await everyPage<Entry>(herald, '/v1/notifications', filter)).flat();

/** What each parameter means, said without an index. */
const MEANING: Readonly<Record<string, (entry: Entry, value: string) => boolean>> = {
  recipient: (entry, value) => [entry.recipientId, entry.recipientEmail].includes(value),
  partner: (entry, value) => entry.partnerId === value,
  solution: (entry, value) => entry.solutionId === value,
  account: (entry, value) => entry.accountId === value,
  rule: (entry, value) => entry.rule === value,
  decision: (entry, value) => entry.decision === value,
  reason: (entry, value) => entry.reason === value,
  outcome: (entry, value) => entry.outcome === value,
  from: (entry, value) => entry.decidedAt >= value,
  to: (entry, value) => entry.decidedAt < value,
  slotFrom: (entry, value) => entry.slotAt >= value,
  slotTo: (entry, value) => entry.slotAt < value,
};

const byHand = (filter: Filter): readonly Entry[] => {
  const { order, limit: _, ...meant } = filter;
  const found = all.filter((entry) =>
    Object.entries(meant).every(([name, value]) => MEANING[name]?.(entry, value)),
  );
  return order === 'oldest' ? found : found.toReversed();
};

/** Every value that occurs, and one that does not. */
const valuesOf = (name: string): readonly string[] => {
  const moments = [...all.map(({ decidedAt }) => decidedAt), ...all.map(({ slotAt }) => slotAt)];
  const values: Readonly<Record<string, readonly (string | undefined)[]>> = {
    recipient: [...all.flatMap((entry) => [entry.recipientId, entry.recipientEmail]), 'x', 'x@y.example'],
    partner: [...all.map(({ partnerId }) => partnerId), 'x'],
    solution: [...all.map(({ solutionId }) => solutionId), 'x'],
    account: [...all.map(({ accountId }) => accountId), 'li-haus-linden'],
    rule: all.map(({ rule }) => rule),
    decision: ['raised', 'withheld'],
    reason: [...all.map(({ reason }) => reason), 'missed'],
    outcome: [...all.map(({ outcome }) => outcome), 'rejected'],
    ...{ from: moments, to: moments, slotFrom: moments, slotTo: moments },
  };
  return [...new Set(values[name])].filter((value) => value !== undefined && value !== '') as string[];
};

describe('the history', () => {
  it('is in the order of the decisions', () => {
    const keys = all.map(({ decidedAt, notificationId }) => `${decidedAt} ${notificationId}`);
    expect(keys).toEqual(keys.toSorted());
    expect(new Set(idsOf(all)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(90);
  });

  it.each(Object.keys(MEANING))('filtered by each value of %s', async (name) => {
    const values = valuesOf(name);
    expect(values.length).toBeGreaterThan(1);
    let matched = 0;
    for (const value of values) {
      const found = await fetched({ [name]: value, limit: '200' });
      expect(found, value).toEqual(byHand({ [name]: value }));
      matched += found.length;
    }
    expect(matched).toBeGreaterThan(0);
  });

  it('filtered by any combination, in pages of any size', async () => {
    const name = fc.constantFrom(...Object.keys(MEANING));
    const part = name.chain((one) => fc.tuple(fc.constant(one), fc.constantFrom(...valuesOf(one))));
    const filters = fc.record({
      parts: fc.array(part, { minLength: 1, maxLength: 4 }),
      order: fc.constantFrom('newest', 'oldest'),
      limit: fc.integer({ min: 1, max: 50 }),
    });
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(filters, async ({ parts, order, limit }) => {
        const filter = { ...inOrder(Object.fromEntries(parts)), order, limit: String(limit) };
        const found = idsOf(await fetched(filter));
        matched += found.length;
        expect(found).toEqual(idsOf(byHand(filter)));
      }),
      { numRuns: 300, seed: 20260302 },
    );
    expect(matched).toBeGreaterThan(300);
  });
});

describe('the pages of the history', () => {
  const orders = ['newest', 'oldest'].flatMap((order) => [1, 7, 50, 200].map((limit) => ({ order, limit })));

  it.each(orders)('of $limit, $order first, hold each decision once', async ({ order, limit }) => {
    const pages = await everyPage<Entry>(herald, '/v1/notifications', { order, limit: String(limit) });
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
    expect(pages.at(-1)?.length).toBeLessThanOrEqual(limit);
    expect(idsOf(pages.flat())).toEqual(idsOf(byHand({ order })));
  });

  it('are of fifty, the newest first, where nothing is asked', async () => {
    const { body } = await herald.get<{ items: readonly Entry[]; next: string }>('/v1/notifications');
    expect(idsOf(body.items)).toEqual(idsOf(all.toReversed().slice(0, 50)));
    expect(body.next).toEqual(expect.any(String));
  });

  it('of one order do not go on in the other', async () => {
    const { body } = await herald.get<{ next: string }>('/v1/notifications?order=newest&limit=5');
    const other = await herald.get<ProblemBody>(`/v1/notifications?order=oldest&after=${body.next}`);
    expect(other).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } });
  });
});
