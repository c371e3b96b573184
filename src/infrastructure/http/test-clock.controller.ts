import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '../../application/ports/clock.js';
import { TimeMachine } from '../../application/schedule/time-machine.js';
import { parsedBody } from './parsed-body.js';
import { testClockBody } from './query-schemas.js';

/** Only there with HERALD_CLOCK=test. */
@ApiTags('Test clock')
@Controller('v1/test-clock')
export class TestClockController {
  constructor(
    private readonly machine: TimeMachine,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Where the test clock stands' })
  now() {
    return { now: this.clock.now(), test: true };
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Move the test clock forward',
    description:
      'All that falls due on the way happens at its moment and in order; answers when it has settled.',
  })
  @ApiBody({ schema: { type: 'object', properties: { now: { type: 'string', format: 'date-time' } } } })
  async move(@Body() body: unknown) {
    const { now } = parsedBody(testClockBody, body);
    return { now: await this.machine.moveTo(now), test: true };
  }
}
