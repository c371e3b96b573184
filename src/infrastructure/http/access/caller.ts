import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../../domain/access/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request; undefined on a public route. */
    principal?: Principal;
    /** The credential of the principal, in the form of the header `Authorization`; undefined while access is open. */
    authorization?: string | undefined;
  }
}

/** Hands a route its principal. Only for routes that require a permission. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('A public route has no principal.');
  return principal;
});
