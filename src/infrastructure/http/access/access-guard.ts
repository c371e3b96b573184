import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ANONYMOUS, isPermitted } from '../../../domain/access/principal.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** The one place that decides who may call a route. A route that does not say who may call it is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) return false;
    if ('publicTo' in access) return true;
    context.switchToHttp().getRequest<FastifyRequest>().principal = ANONYMOUS;
    return isPermitted(ANONYMOUS, access.permission);
  }
}
