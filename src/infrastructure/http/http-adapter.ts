import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  MAX_BODY_BYTES,
  MAX_CONNECTIONS,
  MAX_FEEDBACK_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_HEADERS_MS,
  MAX_REQUEST_MS,
  MAX_UNSUBSCRIBE_BODY_BYTES,
} from '../../domain/bounds.js';
import { FEEDBACK, limitBodies, takeBodiesAsText } from './bodies/json-body.js';
import { rememberRoutes } from './known-routes.js';
import { addPublicListener } from './listeners/listeners.js';
import { CHECK_EVERY_MS } from './listeners/public-listener.js';
import { correlationIdOf } from './observability/correlation-id.js';
import { clientErrorHandler } from './problems/client-errors.js';
import { PROBLEM_TYPE, problem } from './problems/problem.js';

/**
 * The HTTP servers with their limits: no client can exhaust them, and every refusal is a problem detail.
 * @param trustedProxies addresses and networks whose `X-Forwarded-For` names the client; of others it is ignored.
 */
export const httpAdapter = (trustedProxies: readonly string[] = []): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: MAX_REQUEST_MS,
    http: {
      headersTimeout: MAX_HEADERS_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    // The headers end a request first, with an answer that says the bound.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    clientErrorHandler: clientErrorHandler(MAX_REQUEST_MS),
    // Raised before Nest is involved, and before any hook: the path is not percent-encoded UTF-8.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const found = problem(
        'malformed-request',
        'The path is not valid: percent-encode its segments in UTF-8.',
      );
      void reply
        .status(found.status)
        .headers({
          'content-type': PROBLEM_TYPE,
          'x-request-id': correlationIdOf(request.headers),
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        })
        .send(found);
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.server.maxConnections = MAX_CONNECTIONS;
  addPublicListener(fastify);
  rememberRoutes(fastify);
  takeBodiesAsText(fastify);
  limitBodies(fastify, '/v1/unsubscribe', MAX_UNSUBSCRIBE_BODY_BYTES);
  limitBodies(fastify, FEEDBACK, MAX_FEEDBACK_BODY_BYTES);
  return adapter;
};
