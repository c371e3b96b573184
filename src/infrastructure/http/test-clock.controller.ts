import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetClockStatus } from '../../application/clock/get-clock-status.js';
import { MoveTestClock } from '../../application/schedule/move-test-clock.js';
import { Requires } from './access/route-access.js';
import { Operation, Tagged } from './openapi/operation.js';
import { testClockBody } from './query-schemas.js';
import { testClock } from './schemas/operations.js';

/** Only available with HERALD_CLOCK=test. */
@Tagged('Test clock')
@Requires('operations:read')
@Controller('v1/test-clock')
export class TestClockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({ id: 'getTestClock', summary: 'Where the test clock stands', answers: { 200: testClock } })
  async now() {
    const { now } = await this.queries.execute(new GetClockStatus());
    return { now, test: true };
  }

  @Requires('operations:manage', { changes: 'test' })
  @Post()
  @HttpCode(200)
  @Operation({
    id: 'moveTestClock',
    summary: 'Move the test clock forward',
    description:
      'Everything that falls due on the way happens at its moment and in order; answers when all of it is done.',
    answers: { 200: testClock },
    errors: ['clock-goes-back'],
  })
  async move(@Body({ schema: testClockBody }) { now }: z.output<typeof testClockBody>) {
    return { now: await this.commands.execute(new MoveTestClock(now)), test: true };
  }
}
