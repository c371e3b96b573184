import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { type Coverage, GetCoverage } from '../../../application/coverage/get-coverage.js';
import { GetShortfall, type ShortfallReport } from '../../../application/coverage/get-shortfall.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { ExpensiveRead } from '../limits/expensive-read.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { coverageQuery } from '../query-schemas.js';
import { coverage, shortfallReport } from '../schemas/read-models.js';

@Tagged('History')
@Requires('history:read')
@Controller('v1')
export class CoverageController {
  constructor(private readonly queries: QueryBus) {}

  @Get('coverage')
  @ExpensiveRead()
  @Operation({
    id: 'getCoverage',
    summary:
      'Whether anybody was missed: who had to be notified at the slots of a date, and what became of it',
    description:
      'Counts the expected decisions; with `state` it lists those in that state. `next` leads to the subjects that this answer did not examine.',
    answers: { 200: coverage },
    errors: ['invalid-cursor'],
  })
  async coverage(
    @Query({ schema: coverageQuery }) query: z.output<typeof coverageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<Coverage> {
    const { date, solution, partner, rule, state, limit, after } = query;
    const asked = { date, solutionId: solution, partnerId: partner, rule, state, limit, after };
    return this.queries.execute(new GetCoverage(scope, asked));
  }

  @Get('coverage/shortfall')
  @Operation({
    id: 'getShortfall',
    summary: 'What the check of each hour has found missing, and is missing still',
    description: 'Of the last days. Nothing is examined anew: `GET /v1/coverage` does that, for any date.',
    answers: { 200: shortfallReport },
  })
  shortfall(@Caller() { scope }: Principal): Promise<ShortfallReport> {
    return this.queries.execute(new GetShortfall(scope));
  }
}
