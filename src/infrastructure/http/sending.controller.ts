import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GetSendingStatus, type SendingStatus } from '../../application/delivery/get-sending-status.js';
import { HoldSending } from '../../application/delivery/hold-sending.js';
import { KeepBegunMails } from '../../application/delivery/keep-begun-mails.js';
import { ReleaseSending } from '../../application/delivery/release-sending.js';
import { Requires } from './access/route-access.js';
import { parsedBody } from './parsed-body.js';
import { holdBody, releaseBody } from './query-schemas.js';

const REASON = { reason: { type: 'string', example: 'Restored the backup of last night' } };
const IDS = { notificationIds: { type: 'array', items: { type: 'string', format: 'uuid' } } };

@ApiTags('Operations')
@Requires('operations:read')
@Controller('v1/sending')
export class SendingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether sending is held, and which mails would be sent a second time' })
  status(): Promise<SendingStatus> {
    return this.queries.execute(new GetSendingStatus());
  }

  @Requires('operations:manage')
  @Post('hold')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hold sending: decisions continue, and raised mails wait' })
  @ApiBody({ schema: { type: 'object', properties: REASON, required: ['reason'] } })
  async begin(@Body() body: unknown): Promise<SendingStatus> {
    await this.commands.execute(new HoldSending(parsedBody(holdBody, body).reason));
    return this.status();
  }

  @Requires('operations:manage')
  @Post('release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release the hold',
    description:
      'After a restore, mails started since the backup are sent again: all of them, or only the listed ones; the others are not.',
  })
  @ApiBody({ schema: { type: 'object', properties: { ...REASON, ...IDS }, required: ['reason'] } })
  async release(@Body() body: unknown): Promise<SendingStatus> {
    const { reason, notificationIds } = parsedBody(releaseBody, body);
    await this.commands.execute(new ReleaseSending(reason, notificationIds));
    return this.status();
  }

  @Requires('operations:manage')
  @Post('keep')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release the hold, without the mails started since the backup',
    description: 'Their outcome is recorded as unknown: the recipients may have them.',
  })
  @ApiBody({ schema: { type: 'object', properties: REASON, required: ['reason'] } })
  async keep(@Body() body: unknown): Promise<SendingStatus> {
    await this.commands.execute(new KeepBegunMails(parsedBody(holdBody, body).reason));
    return this.status();
  }
}
