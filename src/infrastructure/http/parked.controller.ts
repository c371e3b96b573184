import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import type { SkippedEvent } from '../../application/read-models/parking/skipped-events.js';
import {
  ParkedAdministration,
  type ParkedPage,
  type ParkedResult,
} from '../../application/read-models/rebuild/parked-administration.js';
import { parsedBody } from './parsed-body.js';
import { documentId, parkedQuery, projectionName, skipBody } from './query-schemas.js';

@ApiTags('Projections')
@Controller('v1/parked')
export class ParkedController {
  constructor(private readonly parked: ParkedAdministration) {}

  @Get()
  @ApiOperation({
    summary: 'Documents of read models that an event could not be folded into',
    description: 'They stay as they were before that event; all others go on.',
  })
  list(
    @Query({ schema: parkedQuery }) { limit, after, projection }: z.output<typeof parkedQuery>,
  ): ParkedPage {
    return this.parked.list(limit, after, projection);
  }

  @Get('skipped')
  @ApiOperation({ summary: 'Events that are passed over for a document: who said so, when and why' })
  async skipped(): Promise<{ items: readonly SkippedEvent[] }> {
    return { items: await this.parked.skipped() };
  }

  @Post(':projection/:documentId/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Apply the waiting events to a parked document again, from its last good state' })
  retry(
    @Param('projection', { schema: projectionName }) projection: string,
    @Param('documentId', { schema: documentId }) id: string,
  ): Promise<ParkedResult> {
    return this.parked.retry(projection, id);
  }

  @Post(':projection/:documentId/skip')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pass over the event that keeps a document parked',
    description: 'On record, with the reason; rebuilds pass over it as well.',
  })
  @ApiBody({
    schema: {
      type: 'object',
      properties: {
        reason: { type: 'string', example: 'Written by a test run' },
        by: { type: 'string', description: 'Who says so.', example: 'grace' },
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
    return this.parked.skip(projection, id, reason, by);
  }
}
