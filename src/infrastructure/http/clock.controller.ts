import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, type ApiResponseOptions, ApiTags } from '@nestjs/swagger';
import { ConfirmClock } from '../../application/clock/confirm-clock.js';
import { type ClockStatus, GetClockStatus } from '../../application/clock/get-clock-status.js';

type Schema = Extract<ApiResponseOptions, { schema: unknown }>['schema'];

const MOMENT: Schema = { type: 'string', format: 'date-time' };

const STATUS: Schema = {
  type: 'object',
  required: ['now', 'trusted'],
  properties: {
    now: { ...MOMENT, description: 'What the clock of the machine says.' },
    trusted: {
      type: 'boolean',
      description: 'Whether the clock is believed. While it is not, nothing is decided.',
    },
    expected: {
      ...MOMENT,
      description: 'While it is not believed: the moment by which what happens is dated.',
    },
    needsConfirmation: {
      type: 'boolean',
      description: 'While it is not believed: whether it has to be confirmed.',
    },
    behind: {
      type: 'object',
      description:
        'The event that was recorded at a moment that is still to come; absent where there is none.',
      required: ['position', 'recordedAt'],
      properties: { position: { type: 'string' }, recordedAt: MOMENT },
    },
  },
};

@ApiTags('Operations')
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

  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm that the clock is right',
    description:
      'After a leap of more than an hour nothing is decided until a second reading a minute later; a leap of more than 31 days has to be confirmed. Where the clock is behind the last recorded event (`behind`), this says that the clock is right and that the recorded date is wrong. It is kept: other instances whose clock says the same take it over within seconds, and later starts know it.',
  })
  @ApiResponse({ status: 200, description: 'Where the clock stands now.', schema: STATUS })
  async confirm(): Promise<ClockStatus> {
    await this.commands.execute(new ConfirmClock());
    return this.status();
  }
}
