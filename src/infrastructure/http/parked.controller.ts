import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { ListParked, type ParkedPage } from '../../application/read-models/administration/list-parked.js';
import { ListSkippedEvents } from '../../application/read-models/administration/list-skipped-events.js';
import type { ParkedResult } from '../../application/read-models/administration/parked.js';
import { RetryParked } from '../../application/read-models/administration/retry-parked.js';
import { SkipParked } from '../../application/read-models/administration/skip-parked.js';
import type { SkippedEvent } from '../../application/read-models/parking/skipped-events.js';
import { Requires } from './access/route-access.js';
import { parsedBody } from './parsed-body.js';
import { documentId, parkedQuery, projectionName, skipBody } from './query-schemas.js';

@ApiTags('Projections')
@Requires('operations:read')
@Controller('v1/parked')
export class ParkedController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Parked documents: those that an event could not be folded into',
    description: 'They keep their state from before that event; all other documents continue.',
  })
  list(
    @Query({ schema: parkedQuery }) { limit, after, projection }: z.output<typeof parkedQuery>,
  ): Promise<ParkedPage> {
    return this.queries.execute(new ListParked(limit, after, projection));
  }

  @Get('skipped')
  @ApiOperation({ summary: 'Skipped events: for which document, by whom, when and why' })
  async skipped(): Promise<{ items: readonly SkippedEvent[] }> {
    return { items: await this.queries.execute(new ListSkippedEvents()) };
  }

  @Requires('operations:manage')
  @Post(':projection/:documentId/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Apply the waiting events to a parked document again, from its last good state' })
  retry(
    @Param('projection', { schema: projectionName }) projection: string,
    @Param('documentId', { schema: documentId }) id: string,
  ): Promise<ParkedResult> {
    return this.commands.execute(new RetryParked(projection, id));
  }

  @Requires('operations:manage')
  @Post(':projection/:documentId/skip')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Skip the event that keeps a document parked',
    description: 'The skip is recorded with its reason, and also applies to rebuilds.',
  })
  @ApiBody({
    schema: {
      type: 'object',
      properties: {
        reason: { type: 'string', example: 'Written by a test run' },
        by: { type: 'string', description: 'Who decided it.', example: 'grace' },
      },
      required: ['reason'],
    },
  })
  skip(
    @Param('projection', { schema: projectionName }) projection: string,
    @Param('documentId', { schema: documentId }) id: string,
    @Body() body: unknown,
  ): Promise<ParkedResult> {
    const { reason, by } = parsedBody(skipBody, body);
    return this.commands.execute(new SkipParked(projection, id, reason, by));
  }
}
