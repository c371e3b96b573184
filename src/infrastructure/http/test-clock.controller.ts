import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GetClockStatus } from '../../application/clock/get-clock-status.js';
import { MoveTestClock } from '../../application/schedule/move-test-clock.js';
import { Requires } from './access/route-access.js';
import { parsedBody } from './parsed-body.js';
import { testClockBody } from './query-schemas.js';

/** Only available with HERALD_CLOCK=test. */
@ApiTags('Test clock')
@Requires('operations:read')
@Controller('v1/test-clock')
export class TestClockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Where the test clock stands' })
  async now() {
    const { now } = await this.queries.execute(new GetClockStatus());
    return { now, test: true };
  }

  @Requires('operations:manage')
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Move the test clock forward',
    description:
      'Everything that falls due on the way happens at its moment and in order; answers when all of it is done.',
  })
  @ApiBody({ schema: { type: 'object', properties: { now: { type: 'string', format: 'date-time' } } } })
  async move(@Body() body: unknown) {
    const { now } = parsedBody(testClockBody, body);
    return { now: await this.commands.execute(new MoveTestClock(now)), test: true };
  }
}
