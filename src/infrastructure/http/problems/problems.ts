import { HttpException, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { currentRequest } from '../../logging/request-context.js';
import { PROBLEM_TYPE, type Problem, problem, problemOf } from './problem.js';
import { publicTextOf } from './unavailable.js';

const internalError = (): Problem =>
  problem(
    'internal-error',
    'Internal error; nothing was recorded partially. Retry; if the error persists, see the log of this instance.',
  );

/** What a client is told of an error; internals stay in the log. */
@Injectable()
export class Problems {
  readonly #log = new Logger(Problems.name);

  /** The problem of anything that was thrown; unexpected errors are logged. */
  of(error: unknown): Problem {
    return withCorrelation(this.#of(error));
  }

  /** Answers a request whose error could not be answered: by a page, for example. */
  answerUnanswered(failure: unknown, reply: FastifyReply): void {
    if (!reply.sent)
      void reply.status(500).header('content-type', PROBLEM_TYPE).send(withCorrelation(internalError()));
    this.#log.error(messageOf(failure), failure);
  }

  #of(error: unknown): Problem {
    if (error instanceof HeraldError) return this.#expected(error);
    if (error instanceof HttpException) return fromNest(error);
    if (isFastifyError(error)) return fromStatus(error.statusCode, error.message);
    this.#log.error(messageOf(error), error);
    return internalError();
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

const withCorrelation = (found: Problem): Problem => {
  const correlationId = currentRequest()?.correlationId;
  return found.status >= 500 && correlationId ? { ...found, correlationId } : found;
};

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

/** Any media type has a parser, which looks at it; this is none. */
const noMediaType = (): HeraldError =>
  new HeraldError(
    'unsupported-content-type',
    'The header Content-Type is no media type: send one such as application/json, with a semicolon before its parameters.',
    'content-type',
  );

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
};

/** Errors that the framework raised by itself. */
const fromStatus = (status: number, detail: string): Problem =>
  status === 415 ? problemOf(noMediaType()) : problem(CODES[status] ?? 'request-refused', detail, [], status);
