import { type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

/**
 * A form is accepted from a page of the console alone. Pages of other sites are refused before (`isCrossSite`); here a browser that
 * does not say where a form comes from is refused as well.
 */
@Injectable()
class OwnPagesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers['sec-fetch-site'] === 'same-origin' || headers.origin !== undefined) return true;
    throw new HeraldError(
      'cross-site-request',
      'The request does not say that it comes from a page of Herald: use a current browser, or the API.',
      'origin',
    );
  }
}

/** The route accepts forms of the console only. */
export const OwnPagesOnly = () => UseGuards(OwnPagesGuard);
