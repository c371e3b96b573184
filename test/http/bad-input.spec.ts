import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_QUESTIONS } from './bad-questions.js';
import { BAD_EVENTS } from './bad-requests.js';
import { aPost } from './events.js';
import { PROBLEM_TYPE, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

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
      expect(answer.text).not.toMatch(/node_modules|\bat .*\.(ts|js):\d/);
      expect(await herald.head()).toBe(head);
    },
  );

  it.each(['/v1/notifications/%zz', `/v1/notifications/${'a'.repeat(1025)}`])(
    'GET %s is a problem, too',
    async (path) => {
      expect(await herald.get(path)).toMatchObject({ type: PROBLEM_TYPE });
    },
  );

  it('left nothing behind', async () => {
    expect((await herald.events()).map(({ metadata }) => metadata.sourceId)).toEqual(['seed']);
    expect((await herald.get<{ now: string }>('/v1/test-clock')).body.now).toBe('2026-03-02T09:00:00.000Z');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
