import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';
import type { Observable } from 'rxjs';
import { CheckBuilt } from '../../../application/audit/check-built.js';
import { loggedOf } from '../../../domain/access/permission.js';
import { type RouteAccess, routeAccessOf } from '../access/route-access.js';

/** Refuses what auditors ask while the read models lack a part of the log. */
@Injectable()
export class CheckBuiltInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly queries: QueryBus,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const access = routeAccessOf(this.reflector, context);
    if (access && isAudit(access)) await this.queries.execute(new CheckBuilt());
    return next.handle();
  }
}

const isAudit = (access: RouteAccess): boolean =>
  'permission' in access && access.reads !== 'nothing-personal' && loggedOf(access.permission) === 'reads';
