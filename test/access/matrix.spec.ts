import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPermitted } from '../../src/domain/access/principal.js';
import { ROLES } from '../../src/domain/access/role.js';
import type { Scope } from '../../src/domain/access/scope.js';
import { type Route, routesOf } from '../../src/infrastructure/http/openapi/routes.js';
import {
  JSON_TYPE,
  type KeyClient,
  startTestHerald,
  type TestGrant,
  type TestHerald,
} from '../http/herald.js';

const SCOPES: Readonly<Record<string, Scope>> = { own: ['aurora'], other: ['boreal'], all: 'all' };

let herald: TestHerald;
let keys: Readonly<Record<string, KeyClient>>;
beforeAll(async () => {
  herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '1000000' });
  const grants = Object.fromEntries(
    ROLES.flatMap((role) =>
      Object.entries(SCOPES).map(([name, scope]): [string, TestGrant] => [
        `${role} ${name}`,
        { role, ...(scope === 'all' ? {} : { solutions: scope }) },
      ]),
    ),
  );
  keys = await herald.withKeys({
    ...grants,
    revoked: { role: 'admin' },
    expired: { role: 'admin', expiresAt: '2026-03-02T10:00:00Z' },
  });
  await keys.admin?.post(`/v1/keys/${keys.revoked?.id}/revoke`, JSON_TYPE, '');
  await keys.admin?.moveTo('2026-03-02T10:00:00Z');
});
afterAll(() => herald.stop());

/** The codes by which access is refused. */
const REFUSALS = ['credential-missing', 'credential-invalid', 'permission-missing'];

/** The API refuses with a problem, a page with a page that names the code, or leads to where one signs in. */
const refusalOf = (location: string | undefined, text: string): string | undefined => {
  const to = new URL(location ?? '/', herald.url);
  if (to.pathname === '/console/sign-in' && !to.searchParams.has('done'))
    return to.searchParams.get('why') ?? 'credential-missing';
  return REFUSALS.find((code) => text.includes(`"code":"${code}"`) || text.includes(`<code>${code}</code>`));
};

/** Asks a route about something that does not exist; each route from an address of its own, because wrong credentials are counted. */
const ask = ({ method, path }: Route, n: number, key: string | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    const url = new URL(path.replace(/\{\w+\}/g, 'nothing'), herald.url.replace('localhost', '127.0.0.1'));
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const options = { method: method.toUpperCase(), headers, localAddress: `127.0.1.${n + 1}`, agent: false };
    const sent = request(url, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        resolve(refusalOf(answer.headers.location, text) ?? 'answered');
      });
    });
    sent.on('error', reject).end();
  });

it('Every route is answered or refused as it declares, to every role and credential', async () => {
  const routes = routesOf(herald.herald.app);
  const credentials: readonly (readonly [
    name: string,
    key: string | undefined,
    expected: (route: Route) => string,
  ])[] = [
    ['none', undefined, () => 'credential-missing'],
    ['invalid', `hk_0000000000000000_${'A'.repeat(43)}`, () => 'credential-invalid'],
    ['expired', keys.expired?.key, () => 'credential-invalid'],
    ['revoked', keys.revoked?.key, () => 'credential-invalid'],
    ...ROLES.flatMap((role) =>
      Object.entries(SCOPES).map(([name, scope]) => {
        const principal = { id: 'x', name: 'x', role, scope };
        const expected = ({ access }: Route) =>
          access && 'permission' in access && !isPermitted(principal, access.permission)
            ? 'permission-missing'
            : 'answered';
        return [`${role} ${name}`, keys[`${role} ${name}`]?.key, expected] as const;
      }),
    ),
  ];
  const wrong: string[] = [];
  const counts: Record<string, number> = {};
  for (const [n, route] of routes.entries())
    for (const [name, key, expected] of credentials) {
      const isPublic = route.access !== undefined && 'publicTo' in route.access;
      const wanted = isPublic ? 'answered' : expected(route);
      const found = await ask(route, n, key);
      counts[found] = (counts[found] ?? 0) + 1;
      if (found !== wanted) wrong.push(`${route.method} ${route.path} with ${name}: ${found}, not ${wanted}`);
    }
  expect(wrong).toEqual([]);
  expect(routes.length).toBeGreaterThan(40);
  process.stdout.write(
    `${routes.length} routes × ${credentials.length} credentials = ${routes.length * credentials.length}: ${JSON.stringify(counts)}\n`,
  );
}, 120_000);

it.each([
  ['publisher own', 'your role is publisher, and it concerns all solutions, and you are bound to some.'],
  ['auditor own', 'operations:manage: your role is auditor, and it concerns all'],
  ['auditor all', 'operations:manage: your role is auditor. Ask an admin'],
  ['admin own', 'operations:manage: it concerns all solutions, and you are bound to some. Ask an admin'],
])(
  'A refusal names everything that is missing, so that the next key is the right one: %s',
  async (who, says) => {
    const { body } = await (keys[who] as KeyClient).post<{ detail: string }>(
      '/v1/projections/people/replay',
      JSON_TYPE,
      '',
    );
    expect(body.detail).toContain(says);
  },
);
