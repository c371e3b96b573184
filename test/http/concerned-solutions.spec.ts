import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loggedAs } from '../../src/infrastructure/http/access/logged-as.js';
import { COLLECTIONS, FILTERS } from '../../src/infrastructure/http/access/named-things.js';
import { type Route, routesOf } from '../../src/infrastructure/http/openapi/routes.js';
import { AURORA, liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';
import { JSON_TYPE, type KeyClient, startTestHerald, type TestHerald } from './herald.js';

interface Recorded {
  readonly action: string;
  readonly solutions: readonly string[];
  readonly status: number;
}

/** What is about no solution: rules of templates, names of projections. */
const OF_NO_SOLUTION = new Set(['rule', 'name']);

let herald: TestHerald;
let keys: Readonly<Record<'reader' | 'admin' | 'bound', KeyClient>>;
/** One thing of Aurora for each name of a parameter or a collection. */
let named: Readonly<Record<string, string>>;
beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  keys = await herald.withKeys({
    reader: { role: 'admin' },
    bound: { role: 'admin', solutions: [AURORA] },
  });
  const listed = await keys.reader.get<{ items: readonly { notificationId: string }[] }>(
    '/v1/notifications?decision=raised&account=aurora-lost',
  );
  const notification = listed.body.items[0]?.notificationId ?? '';
  const outbox = await keys.bound.get<{ items: readonly { file: string }[] }>('/v1/outbox');
  const mail = outbox.body.items[0]?.file ?? '';
  named = {
    ...{ notifications: notification, notification, outbox: mail, file: mail },
    ...{ 'social-accounts': 'aurora-lost', accounts: 'aurora-lost', account: 'aurora-lost' },
    ...{ 'approval-queues': 'aurora-2', queues: 'aurora-2', partners: 'aurora-2', partner: 'aurora-2' },
    ...{ people: 'aurora-cem', person: 'aurora-cem', recipient: 'aurora-cem', owner: 'aurora-cem' },
    ...{ solutions: AURORA, solution: AURORA },
    ...{ rule: 'account-expired', date: '2026-03-09' },
  };
});
afterAll(() => herald.stop());

/** The routes whose reads are recorded. */
const recordedReads = (): readonly Route[] =>
  routesOf(herald.herald.app).filter(
    ({ method, access }) => method === 'get' && access && loggedAs(access, 'GET', true) === 'read',
  );

/** The schema of all that the query of a route may have. */
const queryOf = ({ inputs }: Route) => {
  const schema = inputs.find(({ from, name }) => from === 'query' && name === undefined)?.schema;
  return schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];
};

const required = (route: Route): Readonly<Record<string, string>> =>
  Object.fromEntries(
    queryOf(route).flatMap(([name, field]) =>
      (field as z.ZodType).safeParse(undefined).success ? [] : [[name, named[name] ?? '']],
    ),
  );

const parametersOf = ({ path }: Route) => [...path.matchAll(/\/([^/]+)\/\{(\w+)\}/g)];

/** The path of a route with something of Aurora in it. */
const filled = (route: Route): string =>
  parametersOf(route).reduce((path, [, collection = '', parameter = '']) => {
    const value = named[OF_NO_SOLUTION.has(parameter) ? parameter : collection];
    return path.replace(`{${parameter}}`, encodeURIComponent(value ?? 'people'));
  }, route.path);

/** What an access by this key was recorded as. */
const recordOf = async (key: KeyClient, path: string): Promise<Recorded | undefined> => {
  await herald.settled();
  const before = await latest(key);
  const { status } = await fetch(`${herald.url}${path}`, {
    headers: { authorization: `Bearer ${key.key}` },
    redirect: 'manual',
  });
  if (status >= 400) throw new Error(`GET ${path} was answered with ${status}.`);
  await herald.settled();
  const after = await latest(key);
  return after && after.accessId !== before?.accessId ? after : undefined;
};

const latest = async (key: KeyClient) => {
  const query = `/v1/access-log?principal=${encodeURIComponent(`key:${key.id}`)}&limit=1`;
  const { body } = await keys.admin.get<{ items: readonly (Recorded & { accessId: string })[] }>(query);
  return body.items[0];
};

describe('a read of one thing concerns the solution of the thing', () => {
  it('on every route whose path names it, of the API and of the console', async () => {
    const routes = recordedReads().filter((route) =>
      parametersOf(route).some(([, , name = '']) => !OF_NO_SOLUTION.has(name)),
    );
    const found: Record<string, readonly string[] | undefined> = {};
    for (const route of routes) {
      const [, collection = ''] = parametersOf(route)[0] ?? [];
      if (!COLLECTIONS[collection]) throw new Error(`COLLECTIONS does not say what ${route.path} is about.`);
      const query = new URLSearchParams(required(route));
      found[route.path] = (await recordOf(keys.reader, `${filled(route)}?${query}`))?.solutions;
    }
    expect(found).toEqual(Object.fromEntries(routes.map(({ path }) => [path, [AURORA]])));
    expect(routes.length).toBeGreaterThan(25);
  });

  it('on every route of the API that has it as a filter', async () => {
    const asked = recordedReads().flatMap((route) => {
      const filters = queryOf(route).filter(([name]) => Object.hasOwn(FILTERS, name));
      return filters.map(([name]) => ({ route, name }));
    });
    const found: Record<string, readonly string[] | undefined> = {};
    for (const { route, name } of asked) {
      const query = new URLSearchParams({ ...required(route), [name]: named[name] ?? '' });
      found[`${route.path}?${name}`] = (await recordOf(keys.reader, `${filled(route)}?${query}`))?.solutions;
    }
    expect(found).toEqual(
      Object.fromEntries(asked.map(({ route, name }) => [`${route.path}?${name}`, [AURORA]])),
    );
    expect(asked.length).toBeGreaterThan(20);
  });

  it('on pages of the console that have it as a filter', async () => {
    for (const page of [
      `outbox?file=${named.file}`,
      `templates/account-expired/preview?notification=${named.notification}`,
      'why-not?person=aurora-cem&rule=account-expired',
      'agenda?partner=aurora-2',
      'history?account=aurora-lost',
    ])
      expect([page, (await recordOf(keys.reader, `/console/${page}`))?.solutions]).toEqual([page, [AURORA]]);
  });
});

it('An id of a notification concerns its solution in upper case as well', async () => {
  const path = `/v1/notifications/${named.notification?.toUpperCase()}/why`;
  expect(await recordOf(keys.reader, path)).toMatchObject({ solutions: [AURORA] });
});

it('A user id that is in use at several partners concerns all of their solutions, for a bound key its own only', async () => {
  expect((await recordOf(keys.reader, '/v1/people?person=ada'))?.solutions).toEqual(['aurora', 'zephyr']);
  expect((await recordOf(keys.bound, '/v1/people?person=ada'))?.solutions).toEqual(['aurora']);
  const history = '/v1/people/ada/history?partner=zephyr-1';
  expect((await recordOf(keys.reader, history))?.solutions).toEqual(['zephyr']);
});

it('A request that names several things concerns the solutions of all of them, and what was asked is shown to nobody else', async () => {
  const query = 'account=aurora-lost&recipient=zephyr-cem';
  const { solutions } = (await recordOf(keys.reader, `/v1/notifications?${query}`)) ?? {};
  expect(solutions).toEqual(['aurora', 'zephyr']);
  expect(
    (await recordOf(keys.reader, '/v1/notifications?partner=aurora-1&recipient=zephyr-cem'))?.solutions,
  ).toEqual([...['aurora', 'zephyr']]);
});

it('A question of a bound key about what is not its own concerns its own solutions', async () => {
  const { status } = await keys.bound.get('/v1/partners/zephyr-1');
  expect(status).toBe(404);
  await herald.settled();
  expect(await latest(keys.bound)).toMatchObject({ status: 404, solutions: [AURORA] });
});

it('A change of one thing concerns its solution, too', async () => {
  const { notification } = named;
  const resolve = { as: 'delivered', reason: 'A test', by: 'Ada' };
  await keys.admin.post(`/v1/notifications/${notification}/resolve`, JSON_TYPE, resolve);
  await herald.settled();
  expect(await latest(keys.admin)).toMatchObject({
    ...{ action: 'POST /v1/notifications/:id/resolve', status: 409, solutions: [AURORA] },
  });
  await keys.admin.post(`/v1/keys/${keys.bound.id}/rotate`, JSON_TYPE, {});
  await herald.settled();
  expect(await latest(keys.admin)).toMatchObject({
    ...{ action: 'POST /v1/keys/:id/rotate', solutions: [AURORA] },
  });
});
