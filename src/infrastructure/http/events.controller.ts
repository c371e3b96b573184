import { Body, Controller, Get, Header, Headers, Inject, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { asyncApi } from '../../application/ingest/asyncapi.js';
import { fromHttp, type HttpHeaders } from '../../application/ingest/http-modes.js';
import { type Receipt, RecordPlatformEvents } from '../../application/ingest/record-platform-events.js';
import { VERSION } from '../../application/ports/version.js';
import type { Principal } from '../../domain/access/principal.js';
import { MAX_ERRORS } from '../../domain/bounds.js';
import { Caller } from './access/caller.js';
import { Public, Requires } from './access/route-access.js';
import { batchAnswer, singleAnswer } from './receipts.js';
import { samples } from './samples.js';

@ApiTags('Events')
@Requires('events:publish')
@Controller()
export class EventsController {
  readonly #contract: object;

  constructor(
    private readonly commands: CommandBus,
    @Inject(VERSION) version: string,
  ) {
    this.#contract = asyncApi({ version, samples });
  }

  @Post('v1/events')
  @ApiOperation({
    summary: 'Publish domain events',
    description:
      'CloudEvents 1.0: structured (application/cloudevents+json), in batches (application/cloudevents-batch+json, 1 to 1000), or binary (ce- headers). /asyncapi.json describes every type and its data. An event with a known source and id is recorded once; with different content it is refused with idempotency-conflict.',
  })
  @ApiBody({
    description: 'A CloudEvent, or a list of them.',
    schema: {
      type: 'object',
      example: {
        specversion: '1.0',
        id: '8f5c',
        source: 'https://platform.example/posts',
        type: 'herald.post.approved.v1',
        time: '2026-03-05T14:30:00Z',
        data: { postId: 'post-3001', partnerId: 'northwind-berlin' },
      },
    },
  })
  @ApiResponse({ status: 202, description: 'Recorded, now or earlier.' })
  @ApiResponse({
    status: 207,
    description: 'Some events of the batch were refused; the others are recorded.',
  })
  @ApiResponse({
    status: 400,
    description: `Refused: problem details that name at most ${MAX_ERRORS} fields at fault; \`errorsOmitted\` counts the others of a batch.`,
  })
  async publish(
    @Caller() principal: Principal,
    @Headers() headers: HttpHeaders,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const inbound = fromHttp(headers, typeof body === 'string' ? body : '');
    const raw = inbound.mode === 'single' ? [inbound.event] : inbound.events;
    const receipts = await this.commands.execute(new RecordPlatformEvents(raw, principal));
    const { status, contentType, answer } =
      inbound.mode === 'single' ? singleAnswer(receipts[0] as Receipt) : batchAnswer(receipts);
    await reply.status(status).header('content-type', contentType).send(answer);
  }

  @Public('the contract is the same in every installation')
  @Get('asyncapi.json')
  @ApiOperation({ summary: 'The contract of inbound events, as AsyncAPI 3.0' })
  @Header('content-type', 'application/json')
  contract(): object {
    return this.#contract;
  }
}
