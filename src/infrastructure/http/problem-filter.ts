import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '../../application/limits/too-many-requests.js';
import type { ErrorCode } from '../../domain/error-codes.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { requestContext } from '../logging/request-context.js';
import { challengeOf, PROBLEM_TYPE, type Problem, problem, problemOf, retryAfter } from './problem.js';
import { ACCEPTED_ENCODINGS } from './received-body.js';
import { publicTextOf } from './unavailable.js';
import { failurePage, PAGE_POLICY } from './unsubscribe-page.js';

/** Answers every error as problem details, or recipients as a page, and keeps internals in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const methods = isAboutRoute(error, request) ? request.server.methodsOf(pathOf(request)) : [];
    if (methods.length > 0) void reply.header('allow', methods.join(', '));
    const found = withCorrelation(methods.length > 0 ? wrongMethod(request, methods) : this.#problem(error));
    const challenge = challengeOf(found);
    if (challenge !== undefined) void reply.header('www-authenticate', challenge);
    if (found.code === 'unsupported-content-encoding')
      void reply.header('accept-encoding', ACCEPTED_ENCODINGS);
    const seconds = error instanceof TooManyRequests ? error.retryAfter : retryAfter(found);
    if (seconds !== undefined) void reply.header('retry-after', seconds);
    void reply.status(found.status);
    const page = isForPeople(request) && failurePage(found.status, request.headers['accept-language']);
    if (page)
      void reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', PAGE_POLICY)
        .send(page);
    else void reply.header('content-type', PROBLEM_TYPE).send(found);
  }

  #problem(error: unknown): Problem {
    if (error instanceof HeraldError) return this.#expected(error);
    if (error instanceof HttpException) return fromNest(error);
    if (isFastifyError(error)) return fromStatus(error.statusCode, error.message);
    this.#log.error(messageOf(error), error);
    return problem(
      'internal-error',
      'Internal error; nothing was recorded partially. Retry; if the error persists, see the log of this instance.',
    );
  }

  /** Messages of database drivers stay in the log. */
  #expected(error: HeraldError): Problem {
    const found = problemOf(error);
    if (found.status === 500) this.#log.error(`${error.code}: ${error.message}`, error);
    const detail = publicTextOf(error.code);
    if (detail === undefined) return found;
    this.#log.warn(`${error.code}: ${error.message}`, { code: error.code });
    return { ...found, detail };
  }
}

/** Whether a recipient of a mail made the request in a browser. */
const isForPeople = ({ listener, routeOptions, headers }: FastifyRequest): boolean =>
  (listener === 'public' || routeOptions.config.servedAt === 'public') &&
  (headers.accept?.includes('text/html') ?? false);

const withCorrelation = (found: Problem): Problem => {
  const correlationId = requestContext.getStore()?.correlationId;
  return found.status >= 500 && correlationId ? { ...found, correlationId } : found;
};

/**
 * Whether the path or the method is what is wrong. A HeraldError is about something else: a request that is refused wherever it
 * leads, or the resource that a route was asked for.
 */
const isAboutRoute = (error: unknown, { is404 }: FastifyRequest): boolean =>
  !(error instanceof HeraldError) && (is404 || (error instanceof HttpException && error.getStatus() === 404));

const pathOf = ({ url }: FastifyRequest): string => url.replace(/[?#].*$/, '');

const wrongMethod = (request: FastifyRequest, methods: readonly string[]): Problem =>
  problem(
    'method-not-allowed',
    `${pathOf(request)} does not support ${request.method}: use ${methods.join(', ')}.`,
  );

const fromNest = (error: HttpException): Problem => {
  const status = error.getStatus();
  if (status === 404) return problem('not-found', `${error.message}. The routes are at /docs.`);
  return fromStatus(status, error.message);
};

const isFastifyError = (error: unknown): error is Error & { readonly statusCode: number } =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500;

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-content-type',
};

/** Errors that the framework raised by itself. */
const fromStatus = (status: number, detail: string): Problem =>
  problem(CODES[status] ?? 'request-refused', detail, [], status);
