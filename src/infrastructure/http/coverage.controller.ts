import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { type Coverage, GetCoverage } from '../../application/coverage/get-coverage.js';
import { Requires } from './access/route-access.js';
import { ExpensiveRead } from './limits/expensive-read.js';
import { coverageQuery } from './query-schemas.js';

@ApiTags('History')
@Requires('history:read')
@Controller('v1')
export class CoverageController {
  constructor(private readonly queries: QueryBus) {}

  @Get('coverage')
  @ExpensiveRead()
  @ApiOperation({
    summary:
      'Whether anybody was missed: who had to be notified at the slots of a date, and what became of it',
  })
  async coverage(@Query({ schema: coverageQuery }) query: z.output<typeof coverageQuery>): Promise<Coverage> {
    const { date, solution, partner, rule, state, limit, after } = query;
    const asked = { date, solutionId: solution, partnerId: partner, rule, state, limit, after };
    return this.queries.execute(new GetCoverage(asked));
  }
}
