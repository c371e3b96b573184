import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { ACCEPTED_ENCODINGS } from '../bodies/received-body.js';
import { failurePage, PAGE_POLICY } from '../unsubscribe/unsubscribe-page.js';
import { challengeOf, PROBLEM_TYPE, type Problem, problem, retryAfter } from './problem.js';
import { Problems } from './problems.js';

/** Answers every error as problem details, or recipients as a page, and keeps internals in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    try {
      this.#answer(error, http.getRequest<FastifyRequest>(), reply);
    } catch (failure) {
      this.problems.answerUnanswered(failure, reply);
    }
  }

  #answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const methods = isAboutRoute(error, request) ? request.server.methodsOf(pathOf(request)) : [];
    if (methods.length > 0) void reply.header('allow', methods.join(', '));
    const found = methods.length > 0 ? wrongMethod(request, methods) : this.problems.of(error);
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
}

/** Whether a recipient of a mail made the request in a browser. */
const isForPeople = ({ listener, routeOptions, headers }: FastifyRequest): boolean =>
  (listener === 'public' || routeOptions.config.servedAt === 'public') &&
  (headers.accept?.includes('text/html') ?? false);

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
