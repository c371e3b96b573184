import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_QUESTIONS } from './bad-questions.js';
import { BAD_EVENTS } from './bad-requests.js';
import { aPost } from './events.js';
import { PROBLEM_TYPE, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

/** A sentence of Herald's, not of the library that reads the schemas. */
const PLAIN = /^(?!Invalid |Too |Unrecognized )(?!.*, received )[A-Z].*\.$/s;

interface Routes {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly parameters?: readonly { in: string; name: string }[] }>>
    >
  >;
}

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  // so that the log has a head; without a partner nothing follows from it
  expect(await herald.publish(aPost('seed'))).toMatchObject({ status: 202 });
});
afterAll(() => herald.stop());

describe('bad input', () => {
  it.each([...BAD_EVENTS, ...BAD_QUESTIONS])(
    '$what: $status $code',
    async ({ path, init, status, code, fields }) => {
      const head = await herald.head();
      const answer = await herald.send<ProblemBody>(path, init);
      expect({ status: answer.status, type: answer.type, code: answer.body?.code }).toEqual({
        ...{ status, type: PROBLEM_TYPE, code },
      });
      expect(answer.body.status).toBe(status);
      expect(answer.body.title).not.toBe('');
      expect(answer.body.detail).not.toBe('');
      if (fields) {
        const named = (answer.body.errors ?? []).map(({ field }) => field);
        expect([...named].sort()).toEqual([...fields].sort());
      }
      for (const { message } of answer.body.errors ?? []) expect(message).toMatch(PLAIN);
      expect(answer.text).not.toMatch(/node_modules|\bat .*\.(ts|js):\d/);
      expect(await herald.head()).toBe(head);
    },
  );

  it('is named in plain words on every route that takes a query', async () => {
    const { paths } = (await herald.get<Routes>('/docs-json')).body;
    let asked = 0;
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { parameters = [] }] of Object.entries(methods))
        for (const { name } of parameters.filter((one) => one.in === 'query')) {
          const url = `${path.replaceAll(/\{\w+\}/g, 'history')}?${name}=a&${name}=b`;
          const answer = await herald.send<ProblemBody>(url, { method: method.toUpperCase() });
          expect(answer.status, url).toBe(400);
          for (const { message } of answer.body.errors ?? []) expect(message, url).toMatch(PLAIN);
          asked += 1;
        }
    expect(asked).toBeGreaterThan(30);
  });

  it.each([
    ['/v1/notifications/%zz', 'malformed-request'],
    [`/v1/notifications/${'a'.repeat(1025)}`, 'invalid-request'],
  ])('GET %s is a problem, too', async (path, code) => {
    expect(await herald.get(path)).toMatchObject({ status: 400, type: PROBLEM_TYPE, body: { code } });
  });

  it('left nothing behind', async () => {
    expect((await herald.events()).map(({ metadata }) => metadata.sourceId)).toEqual(['seed']);
    expect((await herald.get<{ now: string }>('/v1/test-clock')).body.now).toBe('2026-03-02T09:00:00.000Z');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
