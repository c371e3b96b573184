import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  JSON_TYPE,
  type KeyClient,
  type ProblemBody,
  startTestHerald,
  type TestHerald,
} from '../http/herald.js';
import { readsThatNeed } from './routes.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from './two-suppliers.js';

type Item = Readonly<Record<string, unknown>>;
interface Listed {
  readonly items?: readonly Item[];
  readonly groups?: readonly Item[];
  readonly next?: string | null;
}

let herald: TestHerald;
let unbound: KeyClient;
let aurora: KeyClient;
let zephyr: KeyClient;
let both: KeyClient;
let none: KeyClient;

beforeAll(async () => {
  herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '100000' });
  await liveThroughTwoWeeks(herald);
  const admin = (...solutions: string[]) => ({ role: 'admin', solutions }) as const;
  const keys = await herald.withKeys({
    ...{ aurora: admin(AURORA), zephyr: admin(ZEPHYR), both: admin(ZEPHYR, AURORA), none: admin('none') },
  });
  ({ admin: unbound, aurora, zephyr, both, none } = keys);
});
afterAll(() => herald.stop());

/** How each list is asked: a list that is not here fails the test, so that nobody forgets it. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  '/v1/notifications': [
    '',
    'q=ada',
    'q=ada@shared.example',
    'order=oldest',
    'rule=account-expired',
    'outcome=accepted',
    'decision=withheld',
  ],
  '/v1/agenda': ['days=400', 'days=30', 'days=400&solution=aurora', 'days=400&partner=aurora-1'],
  '/v1/people': ['', 'person=ada', 'person=ada@shared.example', 'person=ADA@shared.example'],
  '/v1/social-accounts': ['', 'owner=ada', 'status=ended', 'status=connected'],
  '/v1/approval-queues': ['', 'status=waiting'],
  '/v1/partners': ['', 'status=registered', 'status=unregistered'],
  '/v1/solutions': ['', 'status=configured'],
  '/v1/dangling': [''],
  '/v1/outbox': [''],
  '/v1/coverage': ['date=2026-03-09', 'date=2026-03-09&state=decided', 'date=2026-03-16&state=expected'],
};

/** What answers one thing by its id, and is tested as such. */
const BY_ID = [
  '/v1/notifications/summary',
  '/v1/coverage/shortfall',
  '/v1/notifications/:id',
  '/v1/notifications/:id/why',
  '/v1/notifications/:id/mail',
  '/v1/notifications/:id/verify',
  '/v1/outbox/:file',
  '/v1/templates/:rule/preview',
  '/v1/people/:id/history',
  '/v1/social-accounts/:id',
  '/v1/social-accounts/:id/history',
  '/v1/approval-queues/:partnerId/history',
  '/v1/partners/:id',
  '/v1/partners/:id/history',
  '/v1/solutions/:id',
  '/v1/solutions/:id/history',
  '/v1/why-not',
];

/** What is the same for everybody. */
const OF_NOBODY = ['/v1/templates'];

const LISTED = Object.entries(LISTS).flatMap(([path, queries]) =>
  queries.map((query) => `${path}${query ? `?${query}` : ''}`),
);

const joined = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** All pages, one after the other. */
const pages = async (
  { get }: Pick<KeyClient, 'get'>,
  path: string,
  limit = 3,
): Promise<readonly string[]> => {
  const texts: string[] = [];
  let next: string | null | undefined;
  do {
    const after = next ? `&after=${encodeURIComponent(next)}` : '';
    const { status, text, body } = await get<Listed>(joined(path, `limit=${limit}${after}`));
    expect({ path, status }).toEqual({ path, status: 200 });
    texts.push(text);
    next = body.next;
    expect(texts.length).toBeLessThan(200);
  } while (next);
  return texts;
};
const itemsOf = async (
  who: Pick<KeyClient, 'get'>,
  path: string,
  limit?: number,
): Promise<readonly string[]> =>
  (await pages(who, path, limit))
    .flatMap((text) => (JSON.parse(text) as Listed).items ?? [])
    .map((item) => JSON.stringify(item))
    .sort();

it('Every route that reads is either a list or an answer by id of this test, or the same for everybody', () => {
  const routes = readsThatNeed(herald, 'history:read');
  expect(routes.length).toBeGreaterThan(14);
  expect([...Object.keys(LISTS), ...BY_ID, ...OF_NOBODY].sort()).toEqual([...routes].sort());
});

describe('A principal of one solution', () => {
  it.each(LISTED)('reads nothing of the other in %s, page by page', async (path) => {
    for (const [who, mine, other] of [
      [aurora, AURORA, ZEPHYR],
      [zephyr, ZEPHYR, AURORA],
    ] as const)
      for (const limit of [1, 3, 200]) {
        const texts = await pages(who, path, limit);
        for (const text of texts) {
          expect(text).not.toContain(other);
          expect(text).not.toContain('nobodys');
        }
        if (path.endsWith('status=unregistered')) expect(texts.join()).not.toContain(mine);
      }
  });

  it.each(LISTED)(
    'reads of %s what an unbound one reads of its solution, and both together',
    async (path) => {
      const all = await itemsOf(unbound, path, 200);
      const of = (name: string) => all.filter((item) => item.includes(name));
      const [ofAurora, ofZephyr] = [await itemsOf(aurora, path, 2), await itemsOf(zephyr, path, 2)];
      // An item of the agenda about a mail names nothing but the mail.
      const isNamed = !path.startsWith('/v1/agenda');
      if (isNamed) expect([ofAurora, ofZephyr]).toEqual([of(AURORA), of(ZEPHYR)]);
      expect(await itemsOf(both, path, 2)).toEqual([...ofAurora, ...ofZephyr].sort());
      expect(await itemsOf(both, path, 200)).toEqual([...ofAurora, ...ofZephyr].sort());
    },
  );

  it('reads something in most lists', async () => {
    const found = await Promise.all(LISTED.map(async (path) => (await itemsOf(aurora, path, 200)).length));
    expect(found.filter((count) => count > 0).length).toBeGreaterThan(LISTED.length / 2);
  });

  it('that is bound to none of them reads nothing', async () => {
    for (const path of LISTED) expect(await itemsOf(none, path)).toEqual([]);
  });
});

/** A filter with something of the other solution, and with something that does not exist. */
const FILTERS: readonly (readonly [string, string, string])[] = [
  ...['/v1/notifications', '/v1/people', '/v1/social-accounts', '/v1/approval-queues'].map(
    (path) => [`${path}?partner=`, 'zephyr-1', 'unheard'] as const,
  ),
  ['/v1/notifications?solution=', 'zephyr', 'unheard'],
  ...['zephyr-1', 'zephyr-page', 'zephyr-ben', 'ben@zephyr.example'].map(
    (q) => ['/v1/notifications?q=', q, q.includes('@') ? 'ben@unheard.example' : 'unheard'] as const,
  ),
  ['/v1/notifications/summary?q=', 'zephyr-1', 'unheard'],
  ['/v1/notifications/summary?solution=', 'zephyr', 'unheard'],
  ['/v1/notifications?account=', 'zephyr-page', 'unheard'],
  ['/v1/notifications?recipient=', 'zephyr-ben', 'unheard'],
  ['/v1/notifications?recipient=', 'ben@zephyr.example', 'ben@unheard.example'],
  ['/v1/notifications?recipient=', 'help@zephyr.example', 'help@unheard.example'],
  ['/v1/people?person=', 'zephyr-ben', 'unheard'],
  ['/v1/people?person=', 'ben@zephyr.example', 'ben@unheard.example'],
  ['/v1/people?partner=aurora-1&person=', 'zephyr-ben', 'unheard'],
  ['/v1/people?person=ada&partner=', 'zephyr-1', 'unheard'],
  ['/v1/social-accounts?owner=', 'zephyr-ben', 'unheard'],
  ['/v1/partners?solution=', 'zephyr', 'unheard'],
  ['/v1/partners/', 'zephyr-1', 'unheard'],
  ['/v1/solutions/', 'zephyr', 'unheard'],
  ['/v1/social-accounts/', 'zephyr-page', 'unheard'],
  ['/v1/social-accounts/', 'zephyr-page/history', 'unheard/history'],
  ['/v1/approval-queues/', 'zephyr-1/history', 'unheard/history'],
  ['/v1/partners/', 'zephyr-1/history', 'unheard/history'],
  ['/v1/solutions/', 'zephyr/history', 'unheard/history'],
  ['/v1/agenda?days=400&partner=', 'zephyr-1', 'unheard'],
  ['/v1/agenda?days=400&solution=', 'zephyr', 'unheard'],
  ['/v1/coverage?date=2026-03-09&partner=', 'zephyr-1', 'unheard'],
  ['/v1/coverage?date=2026-03-09&solution=', 'zephyr', 'unheard'],
  ['/v1/coverage?date=2026-03-09&state=expected&partner=', 'zephyr-1', 'unheard'],
  ['/v1/why-not?rule=account-expired&person=', 'zephyr-ben', 'unheard'],
  ['/v1/why-not?rule=account-expired&person=', 'ben@zephyr.example', 'ben@unheard.example'],
  ['/v1/why-not?rule=account-expired&person=ada&partner=', 'zephyr-1', 'unheard'],
  ['/v1/why-not?rule=account-expired&person=ada&account=', 'zephyr-page', 'unheard'],
  ['/v1/why-not?rule=content-needs-approval&person=', 'zephyr-ben', 'unheard'],
  ['/v1/people/', 'zephyr-ben/history', 'unheard/history'],
  ['/v1/people/', 'ben@zephyr.example/history', 'ben@unheard.example/history'],
  ['/v1/people/ada/history?partner=', 'zephyr-1', 'unheard'],
];

describe('What belongs to another solution is answered as what does not exist', () => {
  it.each(FILTERS)('%s%s', async (path, foreign, unheard) => {
    const [one, other] = await Promise.all([aurora.get(path + foreign), aurora.get(path + unheard)]);
    const plain = (text: string, name: string) => text.replaceAll(name.replace('/history', ''), '*');
    expect(one.status).toBe(other.status);
    expect(plain(one.text, foreign)).toBe(plain(other.text, unheard));
    // There is something to see, except where the other filter is of the first solution.
    const seen = await zephyr.get<Listed>(path + foreign);
    if (!path.includes('partner=aurora-1')) expect(seen.text).not.toBe(one.text);
  });

  it('by the id of a notification: what it says, why, its mail, and its resolution', async () => {
    const { body } = await zephyr.get<{ items: { notificationId: string }[] }>('/v1/notifications?limit=200');
    expect(body.items.length).toBeGreaterThan(5);
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const { notificationId } of body.items) {
      for (const tail of ['', '/why', '/mail', '/verify']) {
        const foreign = await aurora.get<ProblemBody>(`/v1/notifications/${notificationId}${tail}`);
        const missing = await aurora.get<ProblemBody>(`/v1/notifications/${unknown}${tail}`);
        expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
        expect(foreign.text.replaceAll(notificationId, '*')).toBe(missing.text.replaceAll(unknown, '*'));
      }
      const resolution = { as: 'delivered', reason: 'It is in the log of the server.' };
      const resolve = (id: string) =>
        aurora.post<ProblemBody>(`/v1/notifications/${id}/resolve`, JSON_TYPE, resolution);
      const [foreign, missing] = [await resolve(notificationId), await resolve(unknown)];
      expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect(foreign.text.replaceAll(notificationId, '*')).toBe(missing.text.replaceAll(unknown, '*'));
    }
    expect((await herald.events()).filter(({ type }) => type === 'OutcomeResolved')).toEqual([]);
  });

  it('by the file of a mail, and by its data in a preview', async () => {
    interface Outbox {
      readonly items: readonly { readonly file: string; readonly notificationId: string }[];
    }
    const { items } = (await zephyr.get<Outbox>('/v1/outbox?limit=200')).body;
    expect(items.length).toBeGreaterThan(5);
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const { file, notificationId } of items) {
      const rule = /Z-(.+)-[\w]{8}(-\w{4}){3}-\w{12}\.eml$/.exec(file)?.[1];
      for (const path of [
        `/v1/outbox/${file}?part=source`,
        `/v1/templates/${rule}/preview?notification=${notificationId}`,
        `/v1/notifications/${notificationId}/mail?part=text`,
      ]) {
        expect((await zephyr.get(path)).status).toBe(200);
        const foreign = await aurora.get<ProblemBody>(path);
        const missing = await aurora.get<ProblemBody>(path.replace(notificationId, unknown));
        expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
        expect(foreign.text.replaceAll(notificationId, '*')).toBe(missing.text.replaceAll(unknown, '*'));
      }
    }
  });

  it('its own it reads by id', async () => {
    const { body } = await aurora.get<{ items: { notificationId: string }[] }>('/v1/notifications?limit=200');
    for (const { notificationId } of body.items)
      for (const tail of ['', '/why', '/verify']) {
        const { status, text } = await aurora.get(`/v1/notifications/${notificationId}${tail}`);
        expect(status).toBe(200);
        expect(text).not.toContain(ZEPHYR);
      }
    expect((await aurora.get('/v1/partners/aurora-1')).status).toBe(200);
    expect((await aurora.get('/v1/solutions/aurora')).status).toBe(200);
    for (const path of ['social-accounts/aurora-page', 'partners/aurora-1', 'solutions/aurora']) {
      const [one, history] = [await aurora.get(`/v1/${path}`), await aurora.get(`/v1/${path}/history`)];
      expect([path, one.status, history.status]).toEqual([path, 200, 200]);
      expect(one.text + history.text).not.toContain(ZEPHYR);
    }
    expect((await aurora.get('/v1/approval-queues/aurora-1/history')).status).toBe(200);
  });
});

describe('People of other solutions do not count', () => {
  it.each(['ada', 'ada@shared.example', 'Ada@Shared.example'])('%s is one person', async (person) => {
    const asked = `/v1/why-not?rule=account-expired&person=${person}`;
    expect((await unbound.get<ProblemBody>(asked)).body).toMatchObject({ code: 'person-ambiguous' });
    const { status, text, body } = await aurora.get<{ person: Item }>(asked);
    expect({ status, person: body.person }).toMatchObject({ status: 200, person: { partnerId: 'aurora-1' } });
    expect(text).not.toContain(ZEPHYR);
    const history = await zephyr.get<{ person: Item }>(`/v1/people/${person}/history`);
    expect(history.body.person).toMatchObject({ partnerId: 'zephyr-1' });
    expect(history.text).not.toContain(AURORA);
  });
});

/** Cursors that others were given, and ones that are made up. */
const cursors = async (path: string): Promise<readonly string[]> => {
  const given: string[] = [];
  for (const who of [unbound, zephyr, both])
    for (const limit of [1, 2, 3, 5, 8]) {
      const { body } = await who.get<Listed>(joined(path, `limit=${limit}`));
      if (body.next) given.push(body.next);
    }
  const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  return [
    ...given,
    made('zephyr-1', null),
    made('zephyr-1', made(null, 'ascending', null, 'zephyr-1/ada')),
    made('aurora-1', made(null, 'ascending', null, 'a')),
    made('', made(null, 'ascending', null, '')),
    made(null, 'ascending', null, 'zephyr'),
    made('partnerId', 'ascending', 'zephyr-1', 'zephyr-1'),
    made('zephyr-1', 'zephyr-page', null),
    made('zephyr-1', null, 0),
  ];
};

describe('A cursor that was made for another principal', () => {
  it.each(LISTED)('shows nothing of another solution in %s', async (path) => {
    for (const cursor of await cursors(path)) {
      const { status, text } = await aurora.get(
        joined(path, `limit=200&after=${encodeURIComponent(cursor)}`),
      );
      expect([200, 400]).toContain(status);
      expect(text).not.toContain(ZEPHYR);
    }
  });

  it.each(LISTED)('of its own names nothing of another solution in %s', async (path) => {
    for (const limit of [1, 2, 3, 5]) {
      const { body } = await aurora.get<Listed>(joined(path, `limit=${limit}`));
      const named = Buffer.from(body.next ?? '', 'base64url').toString();
      const within = Buffer.from(String(named.match(/"([\w-]{20,})"/)?.[1] ?? ''), 'base64url').toString();
      expect(named + within).not.toContain(ZEPHYR);
    }
  });
});

describe('Coverage', () => {
  interface Counted {
    readonly counts: Readonly<Record<string, number>>;
    readonly groups: readonly { readonly solutionId: string }[];
  }

  it('counts the own solution only', async () => {
    const asked = '/v1/coverage?date=2026-03-09';
    const [a, z, all] = await Promise.all([
      aurora.get<Counted>(asked),
      zephyr.get<Counted>(asked),
      unbound.get<Counted>(asked),
    ]);
    expect(a.body.counts.expected).toBeGreaterThan(3);
    expect(new Set(a.body.groups.map(({ solutionId }) => solutionId))).toEqual(new Set([AURORA]));
    const numbers = Object.entries(all.body.counts).filter(([, count]) => typeof count === 'number');
    expect(numbers.length).toBeGreaterThan(5);
    for (const [name, count] of numbers)
      expect([name, (a.body.counts[name] ?? 0) + (z.body.counts[name] ?? 0)]).toEqual([name, count]);
  });
});
