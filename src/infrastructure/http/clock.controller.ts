import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, type ApiResponseOptions, ApiTags } from '@nestjs/swagger';
import { ConfirmClock } from '../../application/clock/confirm-clock.js';
import { type ClockStatus, GetClockStatus } from '../../application/clock/get-clock-status.js';
import { Requires } from './access/route-access.js';

type Schema = Extract<ApiResponseOptions, { schema: unknown }>['schema'];

const MOMENT: Schema = { type: 'string', format: 'date-time' };

const STATUS: Schema = {
  type: 'object',
  required: ['now', 'trusted'],
  properties: {
    now: { ...MOMENT, description: 'What the clock of the machine says.' },
    trusted: {
      type: 'boolean',
      description: 'Whether the clock is believed. While it is not, no decisions are made.',
    },
    expected: {
      ...MOMENT,
      description: 'While it is not believed: the expected moment, which is used for dates.',
    },
    needsConfirmation: {
      type: 'boolean',
      description: 'While it is not believed: whether an operator has to confirm it.',
    },
    behind: {
      type: 'object',
      description: 'An event that was recorded at a future moment; absent if there is none.',
      required: ['position', 'recordedAt'],
      properties: { position: { type: 'string' }, recordedAt: MOMENT },
    },
  },
};

@ApiTags('Operations')
@Requires('operations:read')
@Controller('v1/clock')
export class ClockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What the clock says, and whether it is believed' })
  @ApiResponse({ status: 200, description: 'Where the clock stands.', schema: STATUS })
  status(): Promise<ClockStatus> {
    return this.queries.execute(new GetClockStatus());
  }

  @Requires('operations:manage')
  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm that the clock is right',
    description:
      'After a leap of more than an hour no decisions are made until a second reading a minute later; a leap of more than 31 days must be confirmed. If the clock is behind the last recorded event (`behind`), this confirms that the clock is right and the recorded date is wrong. The confirmation is stored: other instances with the same time apply it within seconds, and later starts know it.',
  })
  @ApiResponse({ status: 200, description: 'Where the clock stands now.', schema: STATUS })
  async confirm(): Promise<ClockStatus> {
    await this.commands.execute(new ConfirmClock());
    return this.status();
  }
}
