import type { FastifyInstance } from 'fastify';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { Listener } from '../listeners/listeners.js';
import type { AllowedHosts } from './allowed-hosts.js';
import { isCrossSite } from './cross-site.js';
import { requestedHosts } from './requested-hosts.js';

/**
 * Keeps pages of other sites in the browsers of operators from making requests: by its host (DNS rebinding), and by its origin.
 * What is served outside is exempt from the second: each such request is authorised by its own token or signature, and mail
 * programs send them from pages of their own.
 */
export const guardRequests = (
  fastify: FastifyInstance,
  allowed: Readonly<Record<Listener, AllowedHosts>>,
): void => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const hosts = requestedHosts(request.raw);
    if (!hosts)
      return done(
        new HeraldError(
          'malformed-request',
          'Send exactly one Host header, such as Host: localhost:3000.',
          'host',
        ),
      );
    const foreign = hosts.find((host) => !allowed[request.listener].has(host));
    if (foreign !== undefined)
      return done(
        new HeraldError(
          'misdirected-request',
          `Herald is not known as ${foreign}: use an address of it, or add this name to HERALD_ALLOWED_HOSTS.`,
          'host',
        ),
      );
    if (!request.routeOptions.config.servedAt && isCrossSite(request.method, request.headers))
      return done(
        new HeraldError(
          'cross-site-request',
          'A page of another site made this request: open Herald itself. If a proxy stands before Herald, it must pass on the Host header unchanged.',
          'origin',
        ),
      );
    done();
  });
};
