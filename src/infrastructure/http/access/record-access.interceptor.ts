import { randomUUID } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  Logger,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, concatMap, from, map, type Observable, of, throwError } from 'rxjs';
import { FindConcernedSolutions } from '../../../application/access-log/find-concerned-solutions.js';
import { RecordAccess, RecordAnswer } from '../../../application/access-log/record-access.js';
import type { Access } from '../../../domain/access/access-log.js';
import type { Permission } from '../../../domain/access/permission.js';
import { ANONYMOUS, type Principal } from '../../../domain/access/principal.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { currentRequest } from '../../logging/request-context.js';
import { inputsOf } from '../openapi/routes.js';
import { statusOf } from '../problems/problem.js';
import { SchemaPipe } from '../schema-pipe.js';
import { askedOf, purposeOf } from './asked.js';
import { loggedAs } from './logged-as.js';
import { namedThings } from './named-things.js';
import { type RecordedFields, recordedBodyOf } from './recorded-body.js';
import { routeAccessOf } from './route-access.js';

/**
 * The one place where accesses are recorded. A change is recorded before it is carried out, and its answer after it; a read of
 * personal data before its answer leaves, a stream before it begins. Where no record can be written, nothing is changed or read.
 */
@Injectable()
export class RecordAccessInterceptor implements NestInterceptor {
  readonly #log = new Logger(RecordAccessInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const access = routeAccessOf(this.reflector, context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (!access || 'publicTo' in access || !principal) return next.handle();
    const what = loggedAs(access, request.method, principal.id !== ANONYMOUS.id);
    if (what === 'nothing') return next.handle();
    const asked = accessOf(request, access.permission, principal);
    const concerning = async () => {
      const body = recordedBodyOf(this.reflector, context, request);
      return {
        ...asked,
        asked: askedOf(request.params, request.query, body),
        solutions: await this.#concerned(request, principal, body),
      };
    };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (what === 'change') {
      requireValid(context, request);
      return from(concerning()).pipe(concatMap((record) => this.#change(record, reply, next)));
    }
    return this.#read(concerning, reply, next);
  }

  #change(record: Access, reply: FastifyReply, next: CallHandler): Observable<unknown> {
    return from(this.#record(record)).pipe(
      concatMap(() =>
        next.handle().pipe(
          concatMap((answer) => from(this.#answered(record, reply.statusCode)).pipe(map(() => answer))),
          catchError((error: unknown) =>
            from(this.#answered(record, statusOfError(error))).pipe(concatMap(() => throwError(() => error))),
          ),
        ),
      ),
    );
  }

  /** What nobody was answered is not recorded, but that somebody asked for something that they found not to exist. */
  #read(concerning: () => Promise<Access>, reply: FastifyReply, next: CallHandler): Observable<unknown> {
    const recorded = (answer: unknown, status: number) =>
      from(concerning()).pipe(
        concatMap((record) =>
          this.#record({ ...record, asked: { ...record.asked, ...exportedAs(answer) }, status }),
        ),
      );
    return next.handle().pipe(
      catchError((error: unknown) => {
        const status = statusOfError(error);
        const first = status === 404 ? recorded(undefined, status) : of(undefined);
        return first.pipe(concatMap(() => throwError(() => error)));
      }),
      // A stream is recorded before its first part leaves.
      concatMap((answer, part) =>
        part > 0 ? of(answer) : recorded(answer, reply.statusCode).pipe(map(() => answer)),
      ),
    );
  }

  /** The solutions of what a request names; without any, those that the principal is bound to. */
  async #concerned(
    { routeOptions, params, query }: FastifyRequest,
    { scope }: Principal,
    body: RecordedFields,
  ) {
    const things = namedThings(routeOptions.url ?? '', params, query, body);
    const found = await this.queries.execute(new FindConcernedSolutions(scope, things));
    return found.length > 0 || scope === 'all' ? found : scope;
  }

  #record(access: Access): Promise<void> {
    return this.commands.execute(new RecordAccess(access, correlationId()));
  }

  /** That it was asked for is on record already; a log that has become unavailable costs the answer nothing. */
  async #answered({ principalId, accessId, solutions }: Access, status: number): Promise<void> {
    try {
      const answer = { accessId, solutions, status };
      await this.commands.execute(new RecordAnswer(principalId, answer, correlationId()));
    } catch (error) {
      this.#log.warn(`The answer to a change was not recorded: ${messageOf(error)}`, { accessId, status });
    }
  }
}

const correlationId = (): string | undefined => currentRequest()?.correlationId;

const PIPE = new SchemaPipe();

/** Refuses what the pipes of the handler would refuse after this interceptor: nothing is recorded of a bad request. */
const requireValid = (context: ExecutionContext, { query, params, body }: FastifyRequest): void => {
  const parts = { query, path: params, body };
  for (const { from: part, name, schema } of inputsOf(context.getClass(), context.getHandler().name)) {
    const all = parts[part];
    const value = name === undefined ? all : (all as Readonly<Record<string, unknown>>)[name];
    const type = part === 'path' ? 'param' : part;
    PIPE.transform(value, {
      type,
      ...(schema ? { schema } : {}),
      ...(name === undefined ? {} : { data: name }),
    });
  }
};

const accessOf = (
  request: FastifyRequest,
  permission: Permission,
  principal: Principal,
): Omit<Access, 'asked' | 'solutions'> => {
  const { method, routeOptions, headers } = request;
  const purpose = purposeOf(headers['herald-purpose']);
  return {
    accessId: randomUUID(),
    principalId: principal.id,
    principalName: principal.name,
    role: principal.role,
    permission,
    action: `${method} ${routeOptions.url}`,
    ...(purpose === undefined ? {} : { purpose }),
  };
};

/** An export names its media type. */
const exportedAs = (answer: unknown): { readonly export?: string } => {
  if (!(answer instanceof StreamableFile)) return {};
  const [type = ''] = String(answer.getHeaders().type).split(';');
  return { export: type };
};

const statusOfError = (error: unknown): number => {
  if (error instanceof HeraldError) return statusOf(error.code);
  return error instanceof HttpException ? error.getStatus() : 500;
};
