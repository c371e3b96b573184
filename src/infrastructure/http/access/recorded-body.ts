import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

/** What is recorded of a body, by name. `solutions` are those that the request concerns. */
export type RecordedFields = Readonly<Record<string, unknown>>;

const RECORDED_BODY = 'herald:recorded-body';

/** The access log keeps these fields of the body: without them it would not say what was asked for. @param fields throws for a bad body. */
export const RecordsBody = (fields: (request: FastifyRequest) => RecordedFields): MethodDecorator =>
  SetMetadata(RECORDED_BODY, fields);

/** What is recorded of the body of a request: nothing, unless its handler says so. */
export const recordedBodyOf = (
  reflector: Reflector,
  context: ExecutionContext,
  request: FastifyRequest,
): RecordedFields =>
  reflector.get<((request: FastifyRequest) => RecordedFields) | undefined>(
    RECORDED_BODY,
    context.getHandler(),
  )?.(request) ?? {};
