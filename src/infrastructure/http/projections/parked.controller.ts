import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { ListParked, type ParkedPage } from '../../../application/read-models/administration/list-parked.js';
import { ListSkippedEvents } from '../../../application/read-models/administration/list-skipped-events.js';
import type { ParkedResult } from '../../../application/read-models/administration/parked.js';
import { RetryParked } from '../../../application/read-models/administration/retry-parked.js';
import { SkipParked } from '../../../application/read-models/administration/skip-parked.js';
import type { SkippedEvent } from '../../../application/read-models/parking/skipped-events.js';
import { type Principal, saidBy } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type Page, pageOf } from '../page-of.js';
import { documentId, pageQuery, parkedQuery, projectionName, skipBody } from '../query-schemas.js';
import { parkedPage, parkedResult, skippedEventPage } from '../schemas/projections.js';

/** What keeps a document from being folded again. */
const PARKED_ERRORS = [
  'not-found',
  'projection-newer',
  'projection-parked',
  'rebuild-owned-elsewhere',
  'replay-under-way',
] as const;

@Tagged('Projections')
@Requires('operations:read')
@Controller('v1/parked')
export class ParkedController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    id: 'listParked',
    summary: 'Parked documents: those that an event could not be folded into',
    description: 'They keep their state from before that event; all other documents continue.',
    answers: { 200: parkedPage },
    errors: ['not-found'],
  })
  list(
    @Query({ schema: parkedQuery }) { limit, after, projection }: z.output<typeof parkedQuery>,
  ): Promise<ParkedPage> {
    return this.queries.execute(new ListParked(limit, after, projection));
  }

  @Get('skipped')
  @Operation({
    id: 'listSkippedEvents',
    summary: 'Skipped events: for which document, by whom, when and why',
    answers: { 200: skippedEventPage },
  })
  async skipped(
    @Query({ schema: pageQuery }) query: z.output<typeof pageQuery>,
  ): Promise<Page<SkippedEvent>> {
    return pageOf(await this.queries.execute(new ListSkippedEvents()), skippedEventKey, query);
  }

  @Requires('operations:manage')
  @Post(':projection/:documentId/retry')
  @HttpCode(200)
  @Operation({
    id: 'retryParked',
    summary: 'Apply the waiting events to a parked document again, from its last good state',
    answers: { 200: parkedResult },
    errors: PARKED_ERRORS,
  })
  retry(
    @Param('projection', { schema: projectionName }) projection: string,
    @Param('documentId', { schema: documentId }) id: string,
  ): Promise<ParkedResult> {
    return this.commands.execute(new RetryParked(projection, id));
  }

  @Requires('operations:manage')
  @Post(':projection/:documentId/skip')
  @HttpCode(200)
  @Operation({
    id: 'skipParked',
    summary: 'Skip the event that keeps a document parked',
    description: 'The skip is recorded with its reason, and also applies to rebuilds.',
    answers: { 200: parkedResult },
    errors: [...PARKED_ERRORS, 'too-many-skipped-events'],
  })
  skip(
    @Param('projection', { schema: projectionName }) projection: string,
    @Param('documentId', { schema: documentId }) id: string,
    @Body({ schema: skipBody }) { reason, by }: z.output<typeof skipBody>,
    @Caller() principal: Principal,
  ): Promise<ParkedResult> {
    return this.commands.execute(new SkipParked(projection, id, reason, saidBy(principal, by)));
  }
}

/** The key of a skipped event in a list, in the order of the log. */
export const skippedEventKey = ({ position, projection, documentId: id }: SkippedEvent): string =>
  `${position}/${projection}/${id}`;
