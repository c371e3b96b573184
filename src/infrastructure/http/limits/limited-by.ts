import { applyDecorators, type NestInterceptor, type Type, UseInterceptors } from '@nestjs/common';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { RefusesWith } from '../openapi/operation.js';

/** Marks a route that an interceptor limits: beyond the limit the answer is 429 with this code. */
export const limitedBy = (limit: Type<NestInterceptor>, code: ErrorCode) =>
  applyDecorators(UseInterceptors(limit), RefusesWith(code));
