import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { vi } from 'vitest';
import type { Scope } from '../../src/domain/access/scope.js';
import { AccessGuard } from '../../src/infrastructure/http/access/access-guard.js';
import { JSON_TYPE, type TestHerald } from '../http/herald.js';

const SCOPE = 'x-test-scope';

/** From now on a request is made by a principal of the scope that its header names. */
export const scopesByHeader = (): void => {
  vi.spyOn(AccessGuard.prototype, 'canActivate').mockImplementation((context: ExecutionContext) => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const named = request.headers[SCOPE];
    const scope: Scope = named === undefined ? 'all' : (JSON.parse(String(named)) as Scope);
    request.principal = { id: 'key:test', name: 'test', role: 'admin', scope };
    return true;
  });
};

/** Asks as a principal that is bound to these solutions. */
export const boundTo = (herald: TestHerald, ...solutionIds: readonly string[]) => {
  const headers = { [SCOPE]: JSON.stringify(solutionIds) };
  return {
    get: <T>(path: string) => herald.send<T>(path, { headers }),
    post: <T>(path: string, body: unknown) =>
      herald.send<T>(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': JSON_TYPE },
        body: JSON.stringify(body),
      }),
  };
};

export type Bound = ReturnType<typeof boundTo>;
