import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ExpensiveReads } from '../../../application/concurrency/expensive-reads.js';
import { limitedBy } from './limited-by.js';

/** The parameter of the query that makes a route expensive. */
const EXPENSIVE_WITH = 'herald:expensive-with';

@Injectable()
class ExpensiveReadInterceptor implements NestInterceptor {
  constructor(
    private readonly reads: ExpensiveReads,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const parameter = this.reflector.get<string | undefined>(EXPENSIVE_WITH, context.getHandler());
    const { query } = context
      .switchToHttp()
      .getRequest<FastifyRequest<{ Querystring: Record<string, unknown> }>>();
    return parameter === undefined || Object.hasOwn(query, parameter)
      ? from(this.reads.run(() => lastValueFrom(next.handle())))
      : next.handle();
  }
}

/**
 * Marks a route that costs much: all such routes share a few turns, and beyond them the answer is 429.
 * @param parameter costs much only with this parameter in its query. Default: it always does.
 */
export const ExpensiveRead = (parameter?: string): MethodDecorator =>
  applyDecorators(
    limitedBy(ExpensiveReadInterceptor, 'too-many-expensive-reads'),
    SetMetadata(EXPENSIVE_WITH, parameter),
  );
