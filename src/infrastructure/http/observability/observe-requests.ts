import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../../../application/ports/metrics.js';
import type { OpenSpan, Tracing } from '../../../application/ports/tracing.js';
import {
  beginRequest,
  endRequest,
  type RequestContext,
  runInRequest,
} from '../../logging/request-context.js';
import { correlationIdOf } from './correlation-id.js';

interface Observed {
  readonly span: OpenSpan;
  readonly context: RequestContext;
}

interface Observers {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Paths that machines request every few seconds; they would fill the log. */
const ASKED_OFTEN = new Set(['/health', '/health/live', '/health/ready', '/metrics']);

/**
 * Gives every request a correlation id, a log line, a measured duration and a span. They contain the route, never the path:
 * that may hold a token, and a query may name people.
 */
export const observeRequests = (fastify: FastifyInstance, { logger, metrics, tracing }: Observers): void => {
  const observed = new WeakMap<FastifyRequest, Observed>();

  fastify.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers;
    const context = { correlationId: correlationIdOf(request.headers) };
    const span = tracing.startRequest(typeof traceparent === 'string' ? traceparent : undefined);
    observed.set(request, { span, context });
    void reply.header('x-request-id', context.correlationId);
    beginRequest(context);
    // Of a response that its client gives up nothing else is told.
    reply.raw.once('close', () => endRequest(context));
    enter({ span, context }, done);
  });

  // Repeated, because hooks after the body is read do not run in the context of the previous hook.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const known = observed.get(request);
    if (known) enter(known, done);
    else done();
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const status = reply.statusCode;
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    metrics.observe(
      'herald_http_request_duration_seconds',
      { method: METHODS.has(method) ? method : 'other', route, status: String(status) },
      reply.elapsedTime / 1_000,
    );
    const known = observed.get(request);
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
    };
    known?.span.end(`${method} ${route}`, attributes, status >= 500);
    const level = ASKED_OFTEN.has(route) ? 'debug' : 'info';
    logger[level]({ ...known?.context, method, route, status, durationMs }, 'request');
    done();
  });
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const enter = ({ span, context }: Observed, work: () => void): void =>
  span.run(() => runInRequest(context, work));
