import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import { MAX_WATCHERS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

@Injectable()
class WatchersInterceptor implements NestInterceptor {
  #watching = 0;

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.#watching >= MAX_WATCHERS)
      throw new HeraldError(
        'too-many-watchers',
        `${MAX_WATCHERS} clients watch the progress of replays, which is the limit: ask GET /v1/projections instead, or retry later.`,
      );
    const { raw } = context.switchToHttp().getResponse<FastifyReply>();
    if (!raw.destroyed) {
      this.#watching += 1;
      raw.once('close', () => {
        this.#watching -= 1;
      });
    }
    return next.handle();
  }
}

/** Marks a stream that clients watch for as long as they like: beyond {@link MAX_WATCHERS} the answer is 429. */
export const Watched = () =>
  applyDecorators(
    UseInterceptors(WatchersInterceptor),
    ApiResponse({
      status: 429,
      description: '`too-many-watchers`: retry after the seconds in `Retry-After`.',
    }),
  );
