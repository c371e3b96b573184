import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ExpensiveReads } from '../../../application/concurrency/expensive-reads.js';

@Injectable()
class ExpensiveReadInterceptor implements NestInterceptor {
  constructor(private readonly reads: ExpensiveReads) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.reads.run(() => lastValueFrom(next.handle())));
  }
}

/** Marks a route that costs much: all such routes share a few turns, and beyond them the answer is 429. */
export const ExpensiveRead = () =>
  applyDecorators(
    UseInterceptors(ExpensiveReadInterceptor),
    ApiResponse({
      status: 429,
      description: '`too-many-expensive-reads`: retry after the seconds in `Retry-After`.',
    }),
  );
