import { Controller, Headers, HttpCode, Options, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { WebhookSenders } from '../../../application/ingest/webhook-senders.js';
import { Rates } from '../../../application/limits/rates.js';
import { Public } from '../access/route-access.js';
import { ACCEPTED_ENCODINGS } from '../bodies/received-body.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { handshake } from './webhook-handshake.js';

const nothing = z.string().max(0).describe('Nothing.');

/** The handshake of CloudEvents web hooks, before a sender delivers its first event. */
@Tagged('Events')
@Public('the answer grants nothing: each delivery needs a credential')
@Controller('v1/events')
export class WebhookController {
  constructor(
    private readonly senders: WebhookSenders,
    private readonly rates: Rates,
  ) {}

  @Options()
  @HttpCode(200)
  @Operation({
    id: 'validateWebhook',
    summary: 'Agree on the delivery of events by a web hook',
    description:
      'The abuse protection of CloudEvents web hooks (HTTP 1.1 Web Hooks for Event Delivery, section 4). Only origins that the setting HERALD_WEBHOOK_ORIGINS names are allowed. The answer grants nothing: each delivery has a credential in the header Authorization. WebHook-Request-Callback is not called.',
    headers: {
      'WebHook-Request-Origin': z.string().optional().describe('The name of the sender, a domain name.'),
      'WebHook-Request-Rate': z
        .string()
        .optional()
        .describe('How many deliveries within a minute it asks for.'),
    },
    answers: {
      200: {
        says: 'The sender may deliver, if it asked to.',
        content: { 'text/plain': { schema: nothing } },
        headers: {
          Allow: 'The methods of this path.',
          'WebHook-Allowed-Origin': 'The origin that may deliver; absent if the request names none.',
          'WebHook-Allowed-Rate': 'How many deliveries within a minute it may make.',
        },
      },
    },
    errors: ['webhook-origin-refused'],
  })
  async validate(
    @Headers('webhook-request-origin') origin: string | undefined,
    @Headers('webhook-request-rate') rate: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = handshake({ origin, rate }, this.senders.origins, this.rates.requestsPerMinute);
    await reply
      .status(200)
      .headers({ ...answer, 'accept-encoding': ACCEPTED_ENCODINGS, 'content-type': 'text/plain' })
      .send('');
  }
}
