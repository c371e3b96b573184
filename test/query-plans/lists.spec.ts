import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimit } from '../../src/application/decisions/rate-limit.js';
import { BegunMails } from '../../src/application/delivery/begun-mails.js';
import { DeferredMails } from '../../src/application/operations/deferred-mails.js';
import { Doubts } from '../../src/application/operations/doubts.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';
import { type Executed, watchStatements } from './executed-statements.js';
import { growingSteps, searchesOf } from './growing-steps.js';

const watched = watchStatements();
let herald: TestHerald;
let story: readonly Executed[];
beforeAll(async () => {
  herald = await startTestHerald();
  story = await watched.during(herald.folder, () => liveThroughTwoWeeks(herald));
});
afterAll(async () => {
  await herald.stop();
  watched.stop();
});

/** The page behind the first entry of a list. The place is none of any filter, so it is the same with each. */
const behindTheFirst = async (path: string): Promise<string> => {
  const { body } = await herald.get<{ next: string | null }>(`${path}limit=1`);
  return body.next === null ? '' : `&after=${encodeURIComponent(body.next)}`;
};

type Row = readonly [path: string, table: string, first: string, later: string];

/** Each list with each of its filters, and how its read model is searched for the first page and for a later one. */
const LISTS: readonly Row[] = [
  ['agenda?', 'agenda', '(.dueAt>? AND .dueAt<?)', '((.dueAt,id)>(?,?) AND .dueAt<?)'],
  ...['partner=aurora-1', 'solution=aurora&partner=aurora-1'].map(
    (filter): Row => [
      `agenda?${filter}&`,
      'agenda',
      '(.partnerId=? AND .dueAt>? AND .dueAt<?)',
      '(.partnerId=? AND (.dueAt,id)>(?,?) AND .dueAt<?)',
    ],
  ),
  [
    'agenda?solution=aurora&',
    'agenda',
    '(.solutionId=? AND .dueAt>? AND .dueAt<?)',
    '(.solutionId=? AND (.dueAt,id)>(?,?) AND .dueAt<?)',
  ],
  ['people?', 'people', '', '(id>?)'],
  ['people?partner=aurora-1&', 'people', '(.partnerId=?)', '(.partnerId=? AND id>?)'],
  ['social-accounts?', 'social-accounts', '', '(id>?)'],
  ['social-accounts?partner=aurora-1&', 'social-accounts', '(.partnerId=?)', '(.partnerId=? AND id>?)'],
  ['social-accounts?owner=ada&', 'social-accounts', '(.ownerId=?)', '(.ownerId=? AND id>?)'],
  ['social-accounts?status=ended&', 'social-accounts', '(.status=?)', '(.status=? AND id>?)'],
  ['social-accounts?owner=ada&status=ended&', 'social-accounts', '(.ownerId=?)', '(.ownerId=? AND id>?)'],
  [
    'social-accounts?partner=aurora-1&status=ended&',
    'social-accounts',
    '(.partnerId=?)',
    '(.partnerId=? AND id>?)',
  ],
  ['approval-queues?', 'approval-queues', '', '(id>?)'],
  ['approval-queues?partner=aurora-1&', 'approval-queues', '(.partnerId=?)', '(.partnerId=? AND id>?)'],
  ['approval-queues?status=waiting&', 'approval-queues', '(.status=?)', '(.status=? AND id>?)'],
  [
    'approval-queues?partner=aurora-1&status=waiting&',
    'approval-queues',
    '(.partnerId=?)',
    '(.partnerId=? AND id>?)',
  ],
  ['partners?', 'partners', '(.partnerId>?)', '((.partnerId,id)>(?,?))'],
  [
    'partners?solution=aurora&',
    'partners',
    '(.solutionId=? AND .partnerId>?)',
    '(.solutionId=? AND (.partnerId,id)>(?,?))',
  ],
  [
    'partners?status=registered&',
    'partners',
    '(.status=? AND .partnerId>?)',
    '(.status=? AND (.partnerId,id)>(?,?))',
  ],
  [
    'partners?solution=aurora&status=registered&',
    'partners',
    '(.solutionId=? AND .status=? AND .partnerId>?)',
    '(.solutionId=? AND .status=? AND (.partnerId,id)>(?,?))',
  ],
  ['solutions?', 'solutions', '(.solutionId>?)', '((.solutionId,id)>(?,?))'],
  [
    'solutions?status=configured&',
    'solutions',
    '(.status=? AND .solutionId>?)',
    '(.status=? AND (.solutionId,id)>(?,?))',
  ],
  ['access-log?', 'access-log', '(.first=? AND .order>?)', '(.first=? AND .order>? AND (.order,id)<(?,?))'],
  [
    'access-log?action=x&',
    'access-log',
    '(.action=? AND .order>?)',
    '(.action=? AND .order>? AND (.order,id)<(?,?))',
  ],
  [
    'access-log?principal=key:x&from=2026-03-02T00:00:00Z&',
    'access-log',
    '(.principalId=? AND .order>?)',
    '(.principalId=? AND .order>? AND (.order,id)<(?,?))',
  ],
  [
    'access-log?solution=aurora&action=x&',
    'access-log',
    '(.solutionId=? AND .order>?)',
    '(.solutionId=? AND .order>? AND (.order,id)<(?,?))',
  ],
  ['dangling?', 'dangling', '(.since>?)', '((.since,id)>(?,?))'],
];

const planOf = async (path: string, table: string) => {
  const executed = await watched.during(herald.folder, async () => {
    const { status } = await herald.get(path);
    expect({ path, status }).toEqual({ path, status: 200 });
  });
  const pages = executed.filter(({ sql }) => sql.includes(`"documents ${table}@`) && sql.includes('LIMIT'));
  expect(pages.length).toBeGreaterThan(0);
  return {
    searches: pages.flatMap((page) => searchesOf(page, table)),
    growing: executed.flatMap(growingSteps),
  };
};

describe('A page of a list is read from an index in its order, without a scan and without a sort:', () => {
  it.each(LISTS)('GET /v1/%s', async (path, table, first, later) => {
    const list = path.slice(0, path.indexOf('?') + 1);
    const plan = await planOf(`/v1/${path}limit=2`, table);
    if (first !== '') expect(plan.searches).toContain(first);
    expect(plan.growing).toEqual([]);
    const after = await behindTheFirst(`/v1/${list}`);
    if (after === '') return;
    const next = await planOf(`/v1/${path}limit=2${after}`, table);
    expect(next.searches).toContain(later);
    expect(next.growing).toEqual([]);
  });
});

const LOOK_UPS = [
  '/v1/why-not?rule=account-expired&person=ada&partner=aurora-1',
  '/v1/why-not?rule=content-needs-approval&person=ben@aurora.example',
  '/v1/people?person=ada&limit=1',
  '/v1/people?person=ada&partner=aurora-1',
  '/v1/people?person=ada@shared.example&limit=1',
  '/v1/coverage?date=2026-03-09',
  '/v1/coverage?date=2026-03-09&partner=aurora-1',
  '/v1/coverage/shortfall',
  '/v1/parked',
  '/v1/social-accounts/aurora-own',
  '/v1/social-accounts/aurora-own/history',
  '/v1/partners/aurora-1',
  '/v1/people/ada/history?partner=aurora-1',
  '/health',
  '/metrics',
];

describe('Everything else that is asked of the read models and the log is a search, too:', () => {
  it.each(LOOK_UPS)('GET %s', async (path) => {
    const executed = await watched.during(herald.folder, () => herald.get(path));
    expect(executed.flatMap(growingSteps)).toEqual([]);
  });

  it('the last decision, for why-not', async () => {
    const { searches } = await planOf(LOOK_UPS[0] ?? '', 'history');
    expect(searches).toContain('(.recipientId=? AND .decidedAt>? AND .decidedAt<?)');
  });

  it('what an instance asks while it ingests, decides and delivers for two weeks', () => {
    // Only the oldest of at most 10,001 tombstones are looked for in their order.
    const others = story.filter(({ sql }) => !sql.startsWith('DELETE'));
    expect(others.length).toBeGreaterThan(20);
    expect(others.flatMap(growingSteps)).toEqual([]);
  });
});

describe('The background asks by an index, too:', () => {
  const NOW = '2026-03-16T10:00:00.000Z';
  const asked: Readonly<
    Record<string, readonly [ask: () => Promise<unknown>, table: string, search: string]>
  > = {
    'what is due': [
      () => herald.herald.app.get(DueAgenda).due('decision', NOW, 1, () => true),
      'agenda',
      '(.lane=? AND .dueAt>? AND .dueAt<?)',
    ],
    'the next moment': [
      () => herald.herald.app.get(DueAgenda).nextMoment(NOW, '2026-04-16T10:00:00.000Z'),
      'agenda',
      '(.dueAt>? AND .dueAt<?)',
    ],
    'the mails in doubt': [
      () => herald.herald.app.get(Doubts).look(),
      'history',
      '(.outcome=? AND .decidedAt>?)',
    ],
    'the mails that are deferred for long': [
      () => herald.herald.app.get(DeferredMails).look(),
      'history',
      '(.outcome=? AND .decidedAt>? AND .decidedAt<?)',
    ],
    'the begun mails that are old': [
      () => herald.herald.app.get(BegunMails).forgetOld(NOW),
      'begun-mails',
      '(.begunAt>? AND .begunAt<?)',
    ],
    'the begun mails, newest first': [
      () => herald.herald.app.get(BegunMails).unknownToLog(1),
      'begun-mails',
      '(.status=? AND .position>?)',
    ],
    'the messages of an hour to one address': [
      async () => {
        const address = { channel: 'email', value: 'ada@shared.example' } as const;
        for (let n = 0; n < 100; n += 1) await herald.herald.app.get(RateLimit).admit(address, `n${n}`, NOW);
      },
      'history',
      '(.recipientMailbox=? AND .decidedAt>?)',
    ],
  };

  it.each(Object.entries(asked))('%s', async (_, [ask, table, search]) => {
    const executed = await watched.during(herald.folder, ask);
    expect(executed.flatMap((one) => searchesOf(one, table))).toContain(search);
    expect(executed.flatMap(growingSteps)).toEqual([]);
  });
});
