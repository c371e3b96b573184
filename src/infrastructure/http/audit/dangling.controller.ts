import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { type DanglingPage, ListDangling } from '../../../application/audit/registry/list-dangling.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { pageQuery } from '../query-schemas.js';
import { danglingPage } from '../schemas/dangling.js';

@Tagged('Read models')
@Requires('history:read')
@Controller('v1/dangling')
export class DanglingController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    id: 'listDangling',
    summary: 'Partners, users and accounts that events name and that never got their registration',
    description:
      'The oldest first. Usually an id is mistyped, or the event that registers it is missing. Once that event comes, it leaves the list. A principal that is bound to solutions sees what belongs to them.',
    answers: { 200: danglingPage },
    errors: ['invalid-cursor'],
  })
  list(
    @Query({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<DanglingPage> {
    return this.queries.execute(new ListDangling(scope, limit, after));
  }
}
