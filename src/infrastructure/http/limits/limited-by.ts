import { applyDecorators, type NestInterceptor, type Type, UseInterceptors } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '../../../domain/error-codes.js';

/** Marks a route that an interceptor limits: beyond the limit the answer is 429 with this code. */
export const limitedBy = (limit: Type<NestInterceptor>, code: ErrorCode) =>
  applyDecorators(
    UseInterceptors(limit),
    ApiResponse({ status: 429, description: `\`${code}\`: retry after the seconds in \`Retry-After\`.` }),
  );
