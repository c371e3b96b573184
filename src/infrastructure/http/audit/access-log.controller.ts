import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { type AccessLogPage, ListAccessLog } from '../../../application/access-log/list-access-log.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { accessLogQuery } from '../query-schemas.js';
import { accessLogPage } from '../schemas/access-log.js';

@Tagged('Operations')
@Requires('access-log:read')
@Controller('v1/access-log')
export class AccessLogController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    id: 'listAccesses',
    summary: 'Who read personal data or changed something, when and for what purpose',
    description:
      'Newest first. An access that concerned several solutions is listed once for each of them to whoever is bound to solutions.',
    answers: { 200: accessLogPage },
    errors: ['invalid-cursor'],
  })
  list(
    @Query({ schema: accessLogQuery }) query: z.output<typeof accessLogQuery>,
    @Caller() { scope }: Principal,
  ): Promise<AccessLogPage> {
    const { principal, action, solution, from, to, limit, after } = query;
    const filter = { principalId: principal, action, solutionId: solution, from, to };
    return this.queries.execute(new ListAccessLog(scope, filter, limit, after));
  }
}
