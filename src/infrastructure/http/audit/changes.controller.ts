import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { type Changes, GetChanges } from '../../../application/audit/changes/get-changes.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { accountParams, pageQuery, partnerParams, queueParams, solutionParams } from '../query-schemas.js';
import { changesPage } from '../schemas/changes.js';

type Page = z.output<typeof pageQuery>;

const DESCRIPTION = 'Every event of its stream, the newest first; `next` leads to the older ones.';

const answers = {
  description: DESCRIPTION,
  answers: { 200: changesPage },
  errors: ['invalid-cursor', 'not-found'],
} as const;

/** Who changed what, when, and by which event. */
@Tagged('Read models')
@Requires('history:read')
@Controller('v1')
export class ChangesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('social-accounts/:id/history')
  @Operation({ id: 'listSocialAccountChanges', summary: 'Every change of a social account', ...answers })
  account(
    @Param({ schema: accountParams }) { id }: z.output<typeof accountParams>,
    @Query({ schema: pageQuery }) page: Page,
    @Caller() { scope }: Principal,
  ): Promise<Changes> {
    return this.queries.execute(new GetChanges(scope, 'social-account', id, page));
  }

  @Get('partners/:id/history')
  @Operation({ id: 'listPartnerChanges', summary: 'Every change of a partner and its people', ...answers })
  partner(
    @Param({ schema: partnerParams }) { id }: z.output<typeof partnerParams>,
    @Query({ schema: pageQuery }) page: Page,
    @Caller() { scope }: Principal,
  ): Promise<Changes> {
    return this.queries.execute(new GetChanges(scope, 'partner', id, page));
  }

  @Get('approval-queues/:partnerId/history')
  @Operation({ id: 'listApprovalQueueChanges', summary: 'Every change of an approval queue', ...answers })
  queue(
    @Param({ schema: queueParams }) { partnerId }: z.output<typeof queueParams>,
    @Query({ schema: pageQuery }) page: Page,
    @Caller() { scope }: Principal,
  ): Promise<Changes> {
    return this.queries.execute(new GetChanges(scope, 'approval-queue', partnerId, page));
  }

  @Get('solutions/:id/history')
  @Operation({ id: 'listSolutionChanges', summary: 'Every change of a solution', ...answers })
  solution(
    @Param({ schema: solutionParams }) { id }: z.output<typeof solutionParams>,
    @Query({ schema: pageQuery }) page: Page,
    @Caller() { scope }: Principal,
  ): Promise<Changes> {
    return this.queries.execute(new GetChanges(scope, 'solution', id, page));
  }
}
