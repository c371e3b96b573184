import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { exhaustMap, filter, interval, type Observable, takeUntil, tap } from 'rxjs';
import { Authenticator } from '../../../application/access/authenticator.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';

/** How often the credential of a long answer is verified again, in milliseconds. */
const VERIFY_EVERY_MS = 500;

/** Ends what is answered for a long time, server-sent events and exports, when its credential is revoked or expires. */
@Injectable()
export class EndsWithAccessInterceptor implements NestInterceptor {
  constructor(private readonly authenticator: Authenticator) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.principal) return next.handle();
    const ended = interval(VERIFY_EVERY_MS).pipe(
      exhaustMap(() => this.#isValid(request.authorization)),
      filter((isValid) => !isValid),
    );
    if (Reflect.hasMetadata(SSE_METADATA, context.getHandler())) return next.handle().pipe(takeUntil(ended));
    return next.handle().pipe(
      tap((answer) => {
        if (!(answer instanceof StreamableFile)) return;
        const stream = answer.getStream();
        const ending = ended.subscribe(() => stream.destroy(new Error('Its credential is no longer valid.')));
        stream.once('close', () => ending.unsubscribe());
      }),
    );
  }

  /** A store or provider that does not answer ends nothing: it could not tell of a revocation either. */
  async #isValid(authorization: string | undefined): Promise<boolean> {
    try {
      await this.authenticator.authenticate(authorization);
      return true;
    } catch (error) {
      return !hasCode(error, 'credential-invalid') && !hasCode(error, 'credential-missing');
    }
  }
}
