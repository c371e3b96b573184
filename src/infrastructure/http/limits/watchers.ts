import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import { MAX_WATCHERS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { limitedBy } from './limited-by.js';

/** The clients that watch rebuilds at the moment, over the API and the console together. */
@Injectable()
export class Watchers {
  #watching = 0;

  /**
   * Counts a client until its connection closes.
   * @throws HeraldError `too-many-watchers`.
   */
  admit({ raw }: Pick<FastifyReply, 'raw'>): void {
    if (this.#watching >= MAX_WATCHERS)
      throw new HeraldError(
        'too-many-watchers',
        `The limit of ${MAX_WATCHERS} clients that watch replays is reached: use GET /v1/projections instead, or retry later.`,
      );
    if (raw.destroyed) return;
    this.#watching += 1;
    raw.once('close', () => {
      this.#watching -= 1;
    });
  }
}

@Injectable()
class WatchersInterceptor implements NestInterceptor {
  constructor(private readonly watchers: Watchers) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.watchers.admit(context.switchToHttp().getResponse<FastifyReply>());
    return next.handle();
  }
}

/** Marks a stream that clients watch for as long as they like: beyond {@link MAX_WATCHERS} the answer is 429. */
export const Watched = () => limitedBy(WatchersInterceptor, 'too-many-watchers');
