import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetTestClock, type TestClockStatus } from '../../../application/schedule/get-test-clock.js';
import { MoveTestClock } from '../../../application/schedule/move-test-clock.js';
import { StopTestClock } from '../../../application/schedule/stop-test-clock.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { testClockBody } from '../query-schemas.js';
import { testClock, testClockMove } from '../schemas/operations.js';

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
  @Operation({
    id: 'getTestClock',
    summary: 'Where the test clock stands, and whether it is moving',
    answers: { 200: testClock },
  })
  now(): Promise<TestClockStatus> {
    return this.queries.execute(new GetTestClock());
  }

  @Requires('operations:manage', { changes: 'test' })
  @Post()
  @HttpCode(200)
  @Operation({
    id: 'moveTestClock',
    summary: 'Move the test clock forward',
    description:
      'Everything that falls due on the way happens at its moment and in order; answers when all of it is done, or when the move is stopped. It goes on when the client hangs up. One move at a time, of 400 days at most.',
    answers: { 200: testClockMove },
    errors: ['clock-goes-back', 'clock-moving', 'clock-step-too-large'],
  })
  async move(@Body({ schema: testClockBody }) { now }: z.output<typeof testClockBody>) {
    return { ...(await this.commands.execute(new MoveTestClock(now))), test: true };
  }

  @Requires('operations:manage')
  @Post('stop')
  @HttpCode(200)
  @Operation({
    id: 'stopTestClock',
    summary: 'Stop the test clock',
    description:
      'A move in progress ends at the moment that it has reached, and its request is answered. What is due at that moment is still done. Nothing happens if the clock stands still.',
    answers: { 200: testClock },
  })
  async stop(): Promise<TestClockStatus> {
    await this.commands.execute(new StopTestClock());
    return this.now();
  }
}
