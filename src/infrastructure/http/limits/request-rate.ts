import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { FixedWindow } from '../../../application/limits/fixed-window.js';
import { Rates } from '../../../application/limits/rates.js';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { ANONYMOUS } from '../../../domain/access/principal.js';
import { clientOf } from './client-address.js';
import { isAlwaysAccepted } from './open-requests.js';

/**
 * Limits how often each principal makes requests, and each address where a route asks for no credential. While access is open
 * nobody can be told apart, and all requests come from this machine: they are not limited.
 */
@Injectable()
export class RequestRate implements CanActivate {
  readonly #requests: FixedWindow;

  constructor({ requestsPerMinute }: Rates) {
    this.#requests = new FixedWindow(requestsPerMinute);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (principal?.id === ANONYMOUS.id || isAlwaysAccepted(request)) return true;
    const seconds = this.#requests.take(principal?.id ?? `address:${clientOf(request.ip)}`);
    if (seconds === 0) return true;
    const whose = principal ? 'The credential' : 'This address';
    throw new TooManyRequests(
      `${whose} has reached the limit of ${this.#requests.most} requests per minute`,
      seconds,
    );
  }
}
