import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ExpensiveReads } from '../../../application/concurrency/expensive-reads.js';
import { limitedBy } from './limited-by.js';

@Injectable()
class ExpensiveReadInterceptor implements NestInterceptor {
  constructor(private readonly reads: ExpensiveReads) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.reads.run(() => lastValueFrom(next.handle())));
  }
}

/** Marks a route that costs much: all such routes share a few turns, and beyond them the answer is 429. */
export const ExpensiveRead = () => limitedBy(ExpensiveReadInterceptor, 'too-many-expensive-reads');
