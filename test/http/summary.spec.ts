import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Summary, SummaryRow } from '../../src/application/audit/history/get-summary.js';
import type { Collection, CountQuery } from '../../src/application/ports/document-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { type Entry, playedHerald, wholeHistory } from './eight-weeks.js';
import type { TestHerald } from './herald.js';
import { inOrder } from './in-order.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
});
afterAll(() => herald.stop());

const summaryOf = async (query: Readonly<Record<string, string>>): Promise<Summary> => {
  const { status, body } = await herald.get<Summary>(
    `/v1/notifications/summary?${new URLSearchParams(query)}`,
  );
  expect({ query, status }).toEqual({ query, status: 200 });
  return body;
};

/** The same, counted one by one. */
const byHand = (entries: readonly Entry[]): readonly SummaryRow[] => {
  const rows = new Map<string, SummaryRow>();
  for (const { decidedAt, rule, decision, reason, outcome } of entries) {
    const day = decidedAt.slice(0, 10);
    const key = [day, rule, decision, reason ?? '', outcome].join(' ');
    const count = (rows.get(key)?.count ?? 0) + 1;
    rows.set(key, { day, rule, decision, ...(reason ? { reason } : {}), outcome, count });
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
};

const EARLIEST = '2025-12-01T00:00:00.000Z';

describe('the summary of the history', () => {
  it('counts every decision by day and result', async () => {
    const { totals, rows, from, to } = await summaryOf({ from: EARLIEST });
    expect(rows).toEqual(byHand(all));
    expect({ from, to }).toEqual({ from: EARLIEST, to: undefined });
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    expect(totals.decisions).toBe(all.length);
    expect(totals.raised + totals.withheld).toBe(all.length);
    expect([sum(totals.rules), sum(totals.outcomes), sum(totals.reasons)]).toEqual([
      all.length,
      totals.raised,
      totals.withheld,
    ]);
  });

  it('counts what the list has, whatever is filtered', async () => {
    const one = <K extends keyof Entry>(name: string, field: K) =>
      fc
        .constantFrom(...new Set(all.flatMap((entry) => entry[field] ?? [])))
        .map((value) => [name, String(value)] as const);
    const moment = fc.constantFrom(
      ...all.flatMap(({ decidedAt }) => [decidedAt, `${decidedAt.slice(0, 10)}T00:00:00.000Z`]),
    );
    const parts = fc.oneof(
      one('recipient', 'recipientId'),
      one('partner', 'partnerId'),
      one('solution', 'solutionId'),
      one('account', 'accountId'),
      one('rule', 'rule'),
      one('reason', 'reason'),
      one('outcome', 'outcome'),
      one('q', 'recipientId'),
      one('slotFrom', 'slotAt'),
      moment.map((value) => ['to', value] as const),
    );
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 3 }), moment, async (chosen, from) => {
        const filter = inOrder({ ...Object.fromEntries(chosen), from });
        const { rows } = await summaryOf(filter);
        const query = new URLSearchParams({ ...filter, limit: '200' });
        const { items, next } = (
          await herald.get<{ items: readonly Entry[]; next: string | null }>(`/v1/notifications?${query}`)
        ).body;
        expect(next).toBeNull();
        expect(rows).toEqual(byHand(items));
        counted += items.length;
      }),
      { numRuns: 200, seed: 20260302 },
    );
    expect(counted).toBeGreaterThan(500);
  });

  it('is of the last 30 days where nothing is asked, and of 400 days at most', async () => {
    const { body } = await herald.get<{ now: string }>('/v1/test-clock');
    const day = (back: number) =>
      new Date(Date.parse(`${body.now.slice(0, 10)}T00:00:00Z`) - back * 86_400_000).toISOString();
    const recent = await summaryOf({});
    expect(recent.from).toBe(day(29));
    expect(recent.rows).toEqual(byHand(all.filter(({ decidedAt }) => decidedAt >= day(29))));
    expect((await summaryOf({ from: '2020-01-01T00:00:00Z' })).from).toBe(day(399));
    const past = { to: '2026-02-01T00:00:00Z' };
    expect(await summaryOf(past)).toMatchObject({
      from: '2026-01-02T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
    });
  });

  it.each(['', 'recipient=greta', 'q=greta', 'slotFrom=2025-12-01T00:00:00Z'])(
    'of 400 days is counted in parts, between which others have their turn, with the filter “%s”',
    async (filter) => {
      const { now } = (await herald.get<{ now: string }>('/v1/test-clock')).body;
      let turns = 0;
      let isOver = false;
      const turn = () => {
        turns += 1;
        if (!isOver) setImmediate(turn);
      };
      const counted: { readonly days: number; readonly turn: number }[] = [];
      const count = SqliteReadModels.prototype.count;
      const spy = vi.spyOn(SqliteReadModels.prototype, 'count').mockImplementation(function (
        this: SqliteReadModels,
        collection: Collection,
        query: CountQuery,
      ) {
        const { decidedAt, decidedOn = decidedAt } = query.range ?? {};
        const millis = Date.parse(String(decidedOn?.to ?? now)) - Date.parse(String(decidedOn?.from));
        counted.push({ days: millis / 86_400_000, turn: turns });
        // As long as many decisions take.
        for (const end = performance.now() + 6; performance.now() < end; );
        return count.call(this, collection, query);
      });
      turn();
      await summaryOf({ ...Object.fromEntries(new URLSearchParams(filter)), from: '2020-01-01T00:00:00Z' });
      isOver = true;
      spy.mockRestore();
      expect(counted.length).toBeGreaterThan(12);
      expect(counted.filter(({ days }) => !(days <= 31))).toEqual([]);
      expect(new Set(counted.map(({ turn }) => turn)).size).toBe(counted.length);
    },
  );

  it('of somebody with few decisions is counted in few parts', async () => {
    const spy = vi.spyOn(SqliteReadModels.prototype, 'count');
    await summaryOf({ recipient: 'greta', from: '2020-01-01T00:00:00Z' });
    const parts = spy.mock.calls.length;
    spy.mockRestore();
    // 7 days, then 14, and so on: 400 days are reached with the sixth, and one slow statement doubles nothing.
    expect(parts).toBeLessThan(12);
  });

  it('is empty where nothing can match', async () => {
    const none = { decisions: 0, raised: 0, withheld: 0, rules: {}, reasons: {}, outcomes: {} };
    for (const query of ['q=nobody', 'solution=none', 'q=greta&recipient=jonas'])
      expect(
        await summaryOf(Object.fromEntries(new URLSearchParams(`${query}&from=${EARLIEST}`))),
      ).toMatchObject({ totals: none, rows: [] });
  });
});
