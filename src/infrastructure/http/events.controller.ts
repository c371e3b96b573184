import { Body, Controller, Get, Header, Headers, Inject, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { asyncApi } from '../../application/ingest/asyncapi.js';
import { fromHttp, type HttpHeaders } from '../../application/ingest/http-modes.js';
import { type Receipt, RecordPlatformEvents } from '../../application/ingest/record-platform-events.js';
import { VERSION } from '../../application/ports/version.js';
import type { Principal } from '../../domain/access/principal.js';
import { Caller } from './access/caller.js';
import { Public, Requires } from './access/route-access.js';
import { ChecksContentType } from './bodies/json-body.js';
import { batchAnswer, singleAnswer } from './bodies/receipts.js';
import { Operation, Tagged } from './openapi/operation.js';
import { samples } from './samples.js';
import { contract, PUBLISH_ERRORS, publishAnswers, publishBody } from './schemas/events.js';

@Tagged('Events')
@Requires('events:publish')
@Controller()
export class EventsController {
  #contract: object | undefined;

  constructor(
    private readonly commands: CommandBus,
    @Inject(VERSION) private readonly version: string,
  ) {}

  @ChecksContentType()
  @Post('v1/events')
  @Operation({
    id: 'publishEvents',
    summary: 'Publish domain events',
    description:
      'CloudEvents 1.0: structured (application/cloudevents+json), in batches (application/cloudevents-batch+json, 1 to 1000), or binary (ce- headers). /asyncapi.json describes every type and its data. An event with a known source and id is recorded once; with different content it is refused with idempotency-conflict. What an event names and Herald does not know, its receipt says. A principal that is bound to solutions changes only what belongs to them; the rest is refused with owned-elsewhere. A body may be compressed with gzip.',
    body: publishBody,
    answers: publishAnswers,
    errors: PUBLISH_ERRORS,
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
  @Operation({
    id: 'getAsyncApi',
    summary: 'The contract of inbound events, as AsyncAPI 3.0',
    answers: { 200: contract },
  })
  @Header('content-type', 'application/json')
  contract(): object {
    this.#contract ??= asyncApi({ version: this.version, samples });
    return this.#contract;
  }
}
