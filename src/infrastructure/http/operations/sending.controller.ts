import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetSendingStatus, type SendingStatus } from '../../../application/delivery/get-sending-status.js';
import { HoldSending } from '../../../application/delivery/hold-sending.js';
import { KeepBegunMails } from '../../../application/delivery/keep-begun-mails.js';
import { ReleaseSending } from '../../../application/delivery/release-sending.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { holdBody, releaseBody } from '../query-schemas.js';
import { sendingStatus } from '../schemas/operations.js';

@Tagged('Operations')
@Requires('operations:read')
@Controller('v1/sending')
export class SendingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    id: 'getSending',
    summary: 'Whether sending is held, and which mails would be sent a second time',
    answers: { 200: sendingStatus },
  })
  status(): Promise<SendingStatus> {
    return this.queries.execute(new GetSendingStatus());
  }

  @Requires('operations:manage')
  @Post('hold')
  @HttpCode(200)
  @Operation({
    id: 'holdSending',
    summary: 'Hold sending: decisions continue, and raised mails wait',
    answers: { 200: sendingStatus },
  })
  async begin(@Body({ schema: holdBody }) { reason }: z.output<typeof holdBody>): Promise<SendingStatus> {
    await this.commands.execute(new HoldSending(reason));
    return this.status();
  }

  @Requires('operations:manage')
  @Post('release')
  @HttpCode(200)
  @Operation({
    id: 'releaseSending',
    summary: 'Release the hold',
    description:
      'After a restore, mails started since the backup are sent again: all of them, or only the listed ones; the others are not.',
    answers: { 200: sendingStatus },
    errors: ['not-found'],
  })
  async release(
    @Body({ schema: releaseBody }) { reason, notificationIds }: z.output<typeof releaseBody>,
  ): Promise<SendingStatus> {
    await this.commands.execute(new ReleaseSending(reason, notificationIds));
    return this.status();
  }

  @Requires('operations:manage')
  @Post('keep')
  @HttpCode(200)
  @Operation({
    id: 'keepSentMails',
    summary: 'Release the hold, without the mails started since the backup',
    description: 'Their outcome is recorded as unknown: the recipients may have them.',
    answers: { 200: sendingStatus },
  })
  async keep(@Body({ schema: holdBody }) { reason }: z.output<typeof holdBody>): Promise<SendingStatus> {
    await this.commands.execute(new KeepBegunMails(reason));
    return this.status();
  }
}
