import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeliveryWorker } from '../../application/delivery/delivery-worker.js';
import { SendingHold, type SendingStatus } from '../../application/delivery/sending-hold.js';
import { parsedBody } from './parsed-body.js';
import { holdBody, releaseBody } from './query-schemas.js';

const REASON = { reason: { type: 'string', example: 'Restored the back-up of last night' } };
const IDS = { notificationIds: { type: 'array', items: { type: 'string', format: 'uuid' } } };

@ApiTags('Operations')
@Controller('v1/sending')
export class SendingController {
  constructor(
    private readonly hold: SendingHold,
    private readonly worker: DeliveryWorker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether sending is held, and which mails would go out a second time' })
  status(): Promise<SendingStatus> {
    return this.hold.status();
  }

  @Post('hold')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hold sending: decisions go on, and what is raised waits' })
  @ApiBody({ schema: { type: 'object', properties: REASON, required: ['reason'] } })
  begin(@Body() body: unknown): Promise<SendingStatus> {
    return this.hold.hold(parsedBody(holdBody, body).reason);
  }

  @Post('release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release what is held, so that mails are sent again',
    description:
      'After a restore: the mails that were begun since the back-up may go out again, all or those that are named; the others do not.',
  })
  @ApiBody({ schema: { type: 'object', properties: { ...REASON, ...IDS }, required: ['reason'] } })
  async release(@Body() body: unknown): Promise<SendingStatus> {
    const { reason, notificationIds } = parsedBody(releaseBody, body);
    return this.#ended(await this.hold.release(notificationIds ?? 'all', reason));
  }

  @Post('keep')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send again, but none of the mails that were begun since the back-up',
    description: 'Their outcome is recorded as unknown: the recipients may have them.',
  })
  @ApiBody({ schema: { type: 'object', properties: REASON, required: ['reason'] } })
  async keep(@Body() body: unknown): Promise<SendingStatus> {
    return this.#ended(await this.hold.release('none', parsedBody(holdBody, body).reason));
  }

  #ended(status: SendingStatus): SendingStatus {
    this.worker.resume();
    return status;
  }
}
