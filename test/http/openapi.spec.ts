import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/error-codes.js';
import { apiRoutesOf } from '../../src/infrastructure/http/openapi/routes.js';
import type { OpenApiDocument, OpenApiOperation } from '../../src/infrastructure/http/openapi/types.js';
import { statusOf } from '../../src/infrastructure/http/problems/problem.js';
import { ApiDescription } from './described.js';
import { type Page, playedHerald } from './eight-weeks.js';
import { BATCH_TYPE, JSON_TYPE, type TestHerald } from './herald.js';

let herald: TestHerald;
let document: OpenApiDocument;
beforeAll(async () => {
  herald = await playedHerald();
  document = (await herald.get<OpenApiDocument>('/docs-json')).body;
}, 180_000);
afterAll(() => herald.stop());

const operations = (): readonly OpenApiOperation[] =>
  Object.values(document.paths).flatMap((ofPath) => Object.values(ofPath));

const operationAt = (path: string, method: string): OpenApiOperation => {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`${method} ${path} is not described`);
  return operation;
};

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: { readonly examples?: readonly string[] };
}

const exampleOf = (parameter: Parameter | undefined): string => {
  const example = parameter?.schema.examples?.[0];
  if (example === undefined) throw new Error(`There is no example of ${parameter?.name}`);
  return example;
};

/** All references of a document, or of a part of it. */
const references = (part: unknown): readonly string[] =>
  [...JSON.stringify(part).matchAll(/"(#\/components\/[^"]+)"/g)].map(([, reference]) => reference ?? '');

describe('the API description', () => {
  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.servers).toEqual([{ url: '/', description: 'This instance.' }]);
  });

  it('describes every route: a name for clients, a group, its answers and its errors', () => {
    const routes = apiRoutesOf(herald.herald.app);
    expect(routes.length).toBeGreaterThan(30);
    for (const { handler, method, path, operation, tag } of routes) {
      expect(operation, `${handler} has @Operation`).toBeDefined();
      expect(operation?.id, handler).toMatch(/^[a-z][A-Za-z]+$/);
      expect(tag, `${handler} has @Tagged`).toBeDefined();
      const { responses } = operationAt(path, method);
      const statuses = Object.keys(responses).map(Number);
      expect(
        statuses.some((status) => status < 300),
        handler,
      ).toBe(true);
      expect(statuses, handler).toEqual(expect.arrayContaining([400, 431, 500]));
    }
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names the schema of every JSON answer and body', () => {
    for (const { operationId, responses, requestBody } of operations())
      for (const { content = {} } of [...Object.values(responses), requestBody ?? {}] as {
        content?: Record<string, { schema: Record<string, unknown> }>;
      }[])
        for (const [type, { schema }] of Object.entries(content))
          if (type.endsWith('json') && !['getAsyncApi', 'reportFeedback'].includes(operationId))
            expect(JSON.stringify(schema), `${operationId} ${type}`).toContain(
              '"$ref":"#/components/schemas/',
            );
  });

  it('has no reference that leads nowhere, and no schema that nothing refers to', () => {
    const known = Object.entries(document.components).flatMap(([kind, components]) =>
      Object.keys(components).map((name) => `#/components/${kind}/${name}`),
    );
    const used = new Set(references(document));
    expect([...used].filter((reference) => !known.includes(reference))).toEqual([]);
    expect(known.filter((name) => name.startsWith('#/components/schemas/') && !used.has(name))).toEqual([]);
  });

  it('has one form of lists: items and next, read with limit and after', () => {
    const lists = Object.entries(document.components.schemas ?? {}).filter(
      ([, { properties = {} }]) => 'items' in Object(properties) && 'next' in Object(properties),
    );
    expect(lists.length).toBeGreaterThan(8);
    for (const [name, { properties, required }] of lists) {
      expect(required, name).toEqual(expect.arrayContaining(['next']));
      expect(properties, name).toMatchObject({ next: { type: ['string', 'null'] } });
    }
    const readers = operations().filter(({ responses }) =>
      lists.some(([name]) => JSON.stringify(responses['200'])?.includes(`/schemas/${name}"`)),
    );
    expect(readers.length).toBeGreaterThanOrEqual(lists.length);
    for (const { operationId, parameters } of readers)
      expect(
        ((parameters ?? []) as readonly Parameter[]).map(({ name }) => name),
        operationId,
      ).toEqual(expect.arrayContaining(['limit', 'after']));
    // An answer with items is a page.
    for (const [name, { properties }] of Object.entries(document.components.schemas ?? {}))
      if ('items' in Object(properties)) expect(properties, name).toHaveProperty('next');
  });

  it('names every error code that a request can be answered with', () => {
    // A wrong method and a refusal by the framework belong to no operation.
    const elsewhere: readonly ErrorCode[] = ['method-not-allowed', 'request-refused', 'internal-error'];
    const described = JSON.stringify([document.paths, document.components.responses]);
    const answered = ERROR_CODES.filter((code) => statusOf(code) !== 500 && !elsewhere.includes(code));
    expect(answered.length).toBeGreaterThan(50);
    expect(answered.filter((code) => !described.includes(`"${code}"`))).toEqual([]);
  });

  it('asks for a credential where a route requires a permission, and nowhere else', () => {
    for (const { access, path, method } of apiRoutesOf(herald.herald.app)) {
      const operation = operationAt(path, method);
      const isGuarded = access !== undefined && 'permission' in access;
      expect(operation.security, `${method} ${path}`).toEqual(
        isGuarded ? [{ apiKey: [] }, { oidc: [] }] : [],
      );
    }
  });

  it('says what is answered: every operation is called, and its answer compared', async () => {
    const { items } = (await herald.get<Page<{ notificationId: string }>>('/v1/notifications?limit=200'))
      .body;
    const raised = (
      await herald.get<Page<{ notificationId: string }>>('/v1/notifications?limit=200&decision=raised')
    ).body.items[0]?.notificationId;
    const calls: readonly (readonly [method: string, path: string, body?: unknown])[] = [
      ...items.flatMap(({ notificationId: id }) => [
        ['GET', `/v1/notifications/${id}`] as const,
        ['GET', `/v1/notifications/${id}/why`] as const,
        ['GET', `/v1/notifications/${id}/verify`] as const,
      ]),
      ...['html', 'text', 'source'].map(
        (part) => ['GET', `/v1/notifications/${raised}/mail?part=${part}`] as const,
      ),
      ['GET', '/v1/templates'],
      ['GET', '/v1/templates/account-expired/preview'],
      ['GET', '/v1/outbox'],
      ['GET', '/v1/why-not?person=jonas&rule=settings-update-required'],
      ['GET', '/v1/why-not?person=greta&rule=content-needs-approval'],
      ['GET', '/v1/agenda?days=30'],
      ['GET', '/v1/agenda?days=30&partner=haus-linden'],
      ['GET', '/v1/coverage?date=2026-02-09'],
      ['GET', '/v1/coverage?date=2026-02-09&state=expected'],
      ['GET', '/v1/coverage/shortfall'],
      ['GET', '/v1/people'],
      ['GET', '/v1/people/greta/history'],
      ['GET', '/v1/social-accounts'],
      ['GET', '/v1/social-accounts/fb-haus-linden'],
      ['GET', '/v1/social-accounts/fb-haus-linden/history'],
      ['GET', '/v1/approval-queues'],
      ['GET', '/v1/approval-queues/haus-linden/history'],
      ['GET', '/v1/partners'],
      ['GET', '/v1/partners/haus-linden'],
      ['GET', '/v1/partners/haus-linden/history'],
      ['GET', '/v1/solutions'],
      ['GET', '/v1/solutions/aurora'],
      ['GET', '/v1/solutions/aurora/history'],
      ['GET', '/v1/settings'],
      ['GET', '/v1/workers'],
      ['GET', '/v1/projections'],
      ['GET', '/v1/projections/history'],
      ['GET', '/v1/parked'],
      ['GET', '/v1/parked/skipped'],
      ['GET', '/v1/sending'],
      ['POST', '/v1/sending/hold', { reason: 'A test' }],
      ['POST', '/v1/sending/release', { reason: 'A test' }],
      ['POST', '/v1/sending/hold', { reason: 'A test' }],
      ['POST', '/v1/sending/keep', { reason: 'A test' }],
      ['GET', '/v1/clock'],
      ['POST', '/v1/clock/confirm'],
      ['GET', '/v1/test-clock'],
      ['GET', '/health'],
      ['GET', '/health/live'],
      ['GET', '/health/ready'],
      ['GET', '/metrics'],
      ['GET', '/errors'],
      ['GET', '/asyncapi.json'],
    ];
    const described = new ApiDescription(document);
    const called = new Set<string>();
    for (const [method, path, body] of calls) {
      const { status } = await herald.send(path, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) }),
      });
      expect(status, `${method} ${path}`).toBe(200);
      called.add(`${method.toLowerCase()} ${described.templateOf(path)}`);
    }
    expect(called.size).toBeGreaterThan(25);
  });

  it('has examples that work: of every parameter that is required, and of those that are not', async () => {
    let sent = 0;
    const withoutExample: string[] = [];
    for (const [path, { get }] of Object.entries(document.paths)) {
      const parameters = (get?.parameters ?? []) as readonly Parameter[];
      if (!get || path.includes('{token}') || path.endsWith('/progress') || path.endsWith('/difference'))
        continue;
      if (parameters.some(({ in: place, schema }) => place === 'path' && !schema.examples)) {
        withoutExample.push(path);
        continue;
      }
      const named = parameters.filter(({ in: place, required }) => required && place === 'query');
      const optional = parameters.filter(({ required, schema }) => !required && schema.examples);
      for (const one of [undefined, ...optional]) {
        const query = new URLSearchParams(
          [...named, ...(one ? [one] : [])].map((p) => [p.name, exampleOf(p)] as [string, string]),
        );
        const url = path.replace(/\{(\w+)\}/g, (_, name: string) =>
          exampleOf(parameters.find((p) => p.name === name)),
        );
        expect((await herald.get(`${url}?${query}`)).status, `${url}?${query}`).toBe(200);
        sent += 1;
      }
    }
    expect(sent).toBeGreaterThan(30);
    // The id of a key is random.
    expect(withoutExample).toEqual(['/v1/keys/{id}']);
  });

  it('has examples of bodies that work', async () => {
    const { content } = operationAt('/v1/events', 'post').requestBody as {
      readonly content: Record<string, { examples: Record<string, { value: unknown }> }>;
    };
    for (const [type, { examples }] of Object.entries(content))
      for (const { value } of Object.values(examples))
        expect(await herald.post('/v1/events', type, value)).toMatchObject({ status: 202 });
  });

  it('says what is refused', async () => {
    const nobody = '6fa459ea-ee8a-5ca4-894e-db77e160355e';
    const refusals: readonly (readonly [status: number, path: string])[] = [
      [404, `/v1/notifications/${nobody}`],
      [404, `/v1/notifications/${nobody}/why`],
      [404, `/v1/notifications/${nobody}/mail`],
      [400, '/v1/notifications/x'],
      [400, '/v1/notifications?limit=0'],
      [400, '/v1/notifications?limit=1&limit=2'],
      [400, '/v1/notifications?after=x'],
      [400, '/v1/notifications?colour=red'],
      [404, '/v1/why-not?person=nobody&rule=account-expired'],
      [400, '/v1/why-not?person=greta&rule=account-expired&at=2199-01-01T00:00:00Z'],
      [400, '/v1/coverage?date=2199-01-01'],
      [400, '/v1/coverage?date=2026-02-09&after=x'],
      [404, '/v1/projections/nothing'],
      [409, '/v1/projections/history/difference'],
      [400, '/v1/projections/history/difference?samples='],
      [404, '/v1/parked?projection=nothing'],
    ];
    for (const [status, path] of refusals)
      expect(await herald.get(path), path).toMatchObject({ status, type: 'application/problem+json' });
    expect(await herald.post('/v1/events', BATCH_TYPE, [])).toMatchObject({ status: 400 });
    expect(await herald.post('/v1/events', 'text/plain', 'x')).toMatchObject({ status: 415 });
    expect(await herald.post('/v1/events', BATCH_TYPE, [{}, {}])).toMatchObject({ status: 400 });
  });
});
