import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Doubts } from '../../src/application/operations/doubts.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';
import { watchStatements } from './executed-statements.js';
import { growingSteps, searchesOf } from './growing-steps.js';

const watched = watchStatements();
let herald: TestHerald;
/** The cursor of a place inside the history, by order. */
let cursors: Readonly<Record<Order, string>>;
/** What the background asks the history now and then. */
let background: readonly string[];
beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  const cursor = async (order: Order) => {
    const { body } = await herald.get<{ next: string }>(`/v1/notifications?order=${order}&limit=1`);
    return encodeURIComponent(body.next);
  };
  const doubts = await watched.during(herald.folder, () => herald.herald.app.get(Doubts).look());
  background = doubts.map(({ sql }) => sql);
  cursors = { newest: await cursor('newest'), oldest: await cursor('oldest') };
});
afterAll(async () => {
  await herald.stop();
  watched.stop();
});

type Order = 'newest' | 'oldest';

/** Each filter of the history, and the field that its index begins with; those with the fewest decisions for a value come first. */
const FILTERS: Readonly<Record<string, string>> = {
  'recipient=ada': 'recipientId',
  'q=aurora-ben': 'recipientId',
  'recipient=help@aurora.example': 'recipientMailbox',
  'q=help@zephyr.example': 'recipientMailbox',
  'account=aurora-own': 'accountId',
  'q=aurora-page': 'accountId',
  'q=%5Btest%5D+nobody+reached+at': 'subjectKey',
  'partner=aurora-1': 'partnerId',
  'q=aurora-2': 'partnerId',
  'solution=aurora': 'solutionId',
  'slotFrom=2026-03-02T00:00:00Z&slotTo=2026-03-09T00:00:00Z': 'slotDate',
  'reason=opted-out': 'reason',
  'q=not-entitled': 'reason',
  'outcome=accepted': 'outcome',
  'rule=account-expired': 'rule',
  'decision=raised': 'decision',
  'channel=email': 'channel',
};
const names = Object.keys(FILTERS);
const nameOf = (filter: string): string => filter.split('=')[0] ?? '';

/** Each two of different fields: one of them is a filter of its own beside the other. */
const PAIRS = names.flatMap((one, n) =>
  names
    .slice(n + 1)
    .filter((other) => FILTERS[one] !== FILTERS[other] && nameOf(one) !== nameOf(other))
    .map((other): readonly [string, string] => [one, other]),
);

/** The searches of the history that a request makes last, and the steps that grow with the history. */
const planOf = async (query: string) => {
  const executed = await watched.during(herald.folder, async () => {
    const { status } = await herald.get(`/v1/notifications?limit=2&${query}`);
    expect({ query, status }).toEqual({ query, status: 200 });
  });
  const pages = executed.filter(
    ({ sql }) => sql.includes('documents history@') && sql.includes('ORDER BY') && !background.includes(sql),
  );
  const last = pages.at(-1);
  return { searches: last ? searchesOf(last, 'history') : [], growing: executed.flatMap(growingSteps) };
};

/** The conditions that an index search of a page has, behind those on the field of the filter. */
const SEARCHED = {
  '': '.decidedAt>?',
  'order=newest&after=': '.decidedAt>? AND (.decidedAt,id)<(?,?)',
  'order=oldest&after=': '(.decidedAt,id)>(?,?)',
  'from=2026-03-03T00:00:00Z&to=2026-03-12T00:00:00Z': '.decidedAt>? AND .decidedAt<?',
} as const;
const PLACES = Object.entries(SEARCHED).map(([place, searched]) => ({ place, searched }));

const at = (place: string): string =>
  place.endsWith('after=') ? `${place}${place.includes('newest') ? cursors.newest : cursors.oldest}` : place;

describe('A page of the history is read from an index in its order, without a scan and without a sort:', () => {
  it.each(PLACES)('without a filter ($place)', async ({ place, searched }) => {
    expect(await planOf(at(place))).toEqual({ searches: [`(${searched})`], growing: [] });
  });

  it.each(PLACES)('by each filter, as the index of its field ($place)', async ({ place, searched }) => {
    for (const [filter, field] of Object.entries(FILTERS)) {
      const plan = await planOf(`${filter}&${at(place)}`);
      expect({ filter, ...plan }).toEqual({
        filter,
        searches: [`(.${field}=? AND ${searched})`],
        growing: [],
      });
    }
  });

  it('by the narrower of each two filters', async () => {
    for (const pair of PAIRS)
      for (const place of ['', 'order=newest&after=']) {
        const { searches, growing } = await planOf(`${pair.join('&')}&${at(place)}`);
        const fields = Object.values(FILTERS);
        const field = pair
          .map((one) => FILTERS[one] ?? '')
          .sort((a, b) => fields.indexOf(a) - fields.indexOf(b))[0];
        expect({ pair, growing }).toEqual({ pair, growing: [] });
        expect({ pair, searches }).toEqual({ pair, searches: [expect.stringContaining(`(.${field}=?`)] });
      }
  });

  it('by the dates of slots, each from the index alone: only what is on the page is read', async () => {
    const query = '/v1/notifications?slotFrom=2026-03-02T00:00:00Z&slotTo=2026-03-09T00:00:00Z';
    const executed = await watched.during(herald.folder, () => herald.get(query));
    const searched = executed.flatMap(({ steps }) => steps).filter((step) => step.includes('.slotDate=?'));
    expect(searched.length).toBeGreaterThanOrEqual(10);
    for (const step of searched) expect(step).toContain('COVERING INDEX');
  });

  it('for an export, page by page', async () => {
    for (const type of ['text/csv', 'application/x-ndjson'])
      for (const filter of ['', 'partner=aurora-1']) {
        const executed = await watched.during(herald.folder, () =>
          herald.send(`/v1/notifications?${filter}`, { headers: { accept: type } }),
        );
        expect(executed.length).toBeGreaterThan(0);
        expect(executed.flatMap(growingSteps)).toEqual([]);
      }
  });
});

describe('The history is counted', () => {
  const countsOf = async (query: string) => {
    const executed = await watched.during(herald.folder, () =>
      herald.get(`/v1/notifications/summary?${query}`),
    );
    return executed.filter(({ sql }) => sql.includes('count(*)'));
  };

  it('by an index alone, in its order', async () => {
    const [days] = await countsOf('from=2026-03-02T00:00:00Z&to=2026-03-16T00:00:00Z');
    expect(days?.steps).toEqual([
      expect.stringMatching(/^SEARCH .* COVERING INDEX .*\(\.decidedOn>\? AND \.decidedOn<\?\)$/),
    ]);
  });

  it('of one partner, by its index', async () => {
    const counts = await countsOf('partner=aurora-1');
    expect(counts.length).toBeGreaterThan(0);
    for (const count of counts)
      expect(searchesOf(count, 'history')).toEqual([
        expect.stringMatching(/^\(\.partnerId=\? AND \.decidedAt>\?/),
      ]);
  });
});
