import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ClockGuard, type ClockStatus } from '../../application/clock/clock-guard.js';

@ApiTags('Operations')
@Controller('v1/clock')
export class ClockController {
  constructor(private readonly guard: ClockGuard) {}

  @Get()
  @ApiOperation({ summary: 'What the clock says, and whether it is believed' })
  status(): ClockStatus {
    return this.guard.status();
  }

  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm that the clock is right',
    description:
      'After a leap of more than an hour nothing is decided until a second reading a minute later; a leap of more than 31 days has to be confirmed. Confirms this instance only.',
  })
  confirm(): ClockStatus {
    return this.guard.confirm();
  }
}
