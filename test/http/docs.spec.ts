import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestHerald, type TestHerald } from './herald.js';
import { apiRoutesOf } from './routes.js';

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>;
}

let herald: TestHerald;
let answer: Answer<OpenApi>;
beforeAll(async () => {
  herald = await startTestHerald();
  answer = await herald.get<OpenApi>('/docs-json');
});
afterAll(() => herald.stop());

/** Every route of every controller of the API, by the decorators that Nest makes them of. */
const routes = (): readonly string[] =>
  apiRoutesOf(herald).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);

const documented = () =>
  Object.entries(answer.body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

const PROMISED = [
  ...['POST /v1/events', 'GET /asyncapi.json', 'GET /v1/notifications', 'GET /v1/notifications/{id}'],
  ...[
    'GET /v1/notifications/{id}/why',
    'GET /v1/notifications/{id}/mail',
    'GET /v1/notifications/{id}/verify',
    'GET /v1/why-not',
    'GET /v1/coverage',
  ],
  ...[
    'GET /v1/agenda',
    'GET /v1/people',
    'GET /v1/people/{id}/history',
    'GET /v1/social-accounts',
    'GET /v1/social-accounts/{id}',
    'GET /v1/social-accounts/{id}/history',
    'GET /v1/approval-queues',
    'GET /v1/approval-queues/{partnerId}/history',
    'GET /v1/partners',
    'GET /v1/partners/{id}',
    'GET /v1/partners/{id}/history',
    'GET /v1/solutions',
    'GET /v1/solutions/{id}',
    'GET /v1/solutions/{id}/history',
    'GET /v1/settings',
    'GET /v1/workers',
    'GET /v1/dangling',
  ],
  ...['GET /v1/unsubscribe/{token}', 'POST /v1/unsubscribe/{token}'],
  'POST /v1/unsubscribe/{token}/subscribe',
  ...['GET /v1/test-clock', 'POST /v1/test-clock'],
];

describe('the docs', () => {
  it('are a page, with what it needs', async () => {
    const page = await herald.get('/docs');
    expect(page).toMatchObject({ status: 200, type: 'text/html' });
    expect(page.text).toContain('[Test] Herald');
    expect((await herald.get('/docs/start.js')).text).toContain('docs-json');
    const withSlash = await herald.get('/docs/');
    for (const [text, base] of [
      [page.text, '/'],
      [withSlash.text, '/docs/'],
    ]) {
      const files = [...(text ?? '').matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(
        ([, path]) => `${base}${path}`,
      );
      expect(files).toHaveLength(4);
      for (const file of files) expect(await herald.get(file)).toMatchObject({ status: 200 });
    }
    expect(await herald.get('/docs/package.json')).toMatchObject({ status: 404 });
  });

  it('are YAML as well, which says the same', async () => {
    const { status, text } = await herald.get('/docs-yaml');
    expect(status).toBe(200);
    expect(load(text)).toEqual(answer.body);
  });

  it('are OpenAPI, and say that it is a test', () => {
    expect(answer).toMatchObject({ status: 200, type: 'application/json' });
    expect(answer.body.openapi).toMatch(/^3\./);
    expect(answer.body.info).toMatchObject({ title: 'Herald' });
    expect(answer.body.info.description).toContain('runs on a test clock');
  });

  it('hold every route there is', () => {
    expect(routes()).toEqual(expect.arrayContaining(PROMISED));
    expect([...documented()].sort()).toEqual([...routes()].sort());
  });

  it('say what each route is for', () => {
    for (const [path, operations] of Object.entries(answer.body.paths))
      for (const [method, { summary }] of Object.entries(operations))
        expect(summary, `${method} ${path}`).toMatch(/^[A-Z].{10,}/);
  });
});
