import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { FixedWindow } from '../../../application/limits/fixed-window.js';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { UnsubscribeLinks } from '../../../application/subscriptions/unsubscribe-links.js';
import { MAX_UNSUBSCRIBES_PER_CLIENT, MAX_UNSUBSCRIBES_PER_LINK } from '../../../domain/bounds.js';
import { clientOf } from './client-address.js';

/** Limits the requests to each link, and to all links by each client: recipients need a few, a script would use more. */
@Injectable()
export class UnsubscribeRate implements CanActivate {
  readonly #links = new FixedWindow(MAX_UNSUBSCRIBES_PER_LINK);
  readonly #clients = new FixedWindow(MAX_UNSUBSCRIBES_PER_CLIENT);

  constructor(private readonly tokens: UnsubscribeLinks) {}

  canActivate(context: ExecutionContext): boolean {
    const { ip, params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { token: string } }>>();
    // A token that Herald did not sign is no link: it counts for its client only.
    const link = this.tokens.read(params.token);
    const seconds = this.#clients.take(clientOf(ip)) || (link ? this.#links.take(JSON.stringify(link)) : 0);
    if (seconds === 0) return true;
    throw new TooManyRequests('Too many requests to this page', seconds);
  }
}
