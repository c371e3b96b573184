import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ConfirmClock } from '../../../application/clock/confirm-clock.js';
import { type ClockStatus, GetClockStatus } from '../../../application/clock/get-clock-status.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { clockStatus } from '../schemas/operations.js';

@Tagged('Operations')
@Requires('operations:read')
@Controller('v1/clock')
export class ClockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    id: 'getClock',
    summary: 'What the clock says, and whether it is believed',
    answers: { 200: clockStatus },
  })
  status(): Promise<ClockStatus> {
    return this.queries.execute(new GetClockStatus());
  }

  @Requires('operations:manage')
  @Post('confirm')
  @HttpCode(200)
  @Operation({
    id: 'confirmClock',
    summary: 'Confirm that the clock is right',
    description:
      'After a leap of more than an hour no decisions are made until a second reading a minute later; a leap of more than 31 days must be confirmed. If the clock is behind the last recorded event (`behind`), this confirms that the clock is right and the recorded date is wrong. The confirmation is stored: other instances with the same time apply it within seconds, and later starts know it.',
    answers: { 200: clockStatus },
  })
  async confirm(): Promise<ClockStatus> {
    await this.commands.execute(new ConfirmClock());
    return this.status();
  }
}
