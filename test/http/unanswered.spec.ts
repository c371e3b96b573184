import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Problems } from '../../src/infrastructure/http/problems/problems.js';
import { PROBLEM_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

describe('An error that cannot be answered as intended', () => {
  it.each(['/v1/notifications?limit=none', '/console/notifications/none'])(
    'is answered with problem details: %s',
    async (path) => {
      vi.spyOn(Problems.prototype, 'of').mockImplementation(() => {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      });
      const response = await fetch(`${herald.url}${path}`);
      const problem = (await response.json()) as ProblemBody & { readonly correlationId: string };
      expect(response.headers.get('content-type')?.split(';')[0]).toBe(PROBLEM_TYPE);
      expect(problem).toMatchObject({ status: 500, code: 'internal-error' });
      expect(problem.correlationId).toBe(response.headers.get('x-request-id'));
    },
  );
});
