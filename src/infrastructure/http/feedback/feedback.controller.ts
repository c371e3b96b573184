import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ReceiveFeedback } from '../../../application/feedback/receive-feedback.js';
import type { FeedbackSummary } from '../../../application/feedback/record-feedback.js';
import type { FeedbackRequest } from '../../../application/ports/feedback-provider.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { FEEDBACK_SOURCES, type FeedbackSource } from '../../../domain/notification/feedback.js';
import { ForProviders } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { feedbackSource } from '../query-schemas.js';
import { FEEDBACK_ERRORS, feedbackBody, feedbackSummary } from '../schemas/operations.js';

/** Takes what mail providers report. Each proves itself by its signature or password, over the body as it arrived. */
@Tagged('Feedback')
@Controller('v1/feedback')
export class FeedbackController {
  constructor(private readonly commands: CommandBus) {}

  @ForProviders()
  @Post(':source')
  @HttpCode(202)
  @Operation({
    id: 'reportFeedback',
    summary: 'Report what became of mails',
    description:
      'Webhooks of mail providers: Amazon SES over SNS, SendGrid, Postmark, and Standard Webhooks with a JSON body { type: delivered | bounced | complained, notificationId or messageId, hard?, reason?, at? }; `mail` takes one delivery status notification (RFC 3464) or abuse report (RFC 5965) as message/rfc822. Each is there when its setting is; docs/feedback.md has them.',
    body: feedbackBody,
    answers: { 202: feedbackSummary },
    errors: FEEDBACK_ERRORS,
  })
  receive(
    @Param('source', { schema: feedbackSource }) source: string,
    @Headers() headers: FeedbackRequest['headers'],
    @Body() body: FeedbackRequest['body'] | undefined,
  ): Promise<FeedbackSummary> {
    if (!isSource(source))
      throw new HeraldError(
        'not-found',
        `There is no feedback of ${source.slice(0, 64)}: use one of ${FEEDBACK_SOURCES.join(', ')}.`,
        'source',
      );
    return this.commands.execute(new ReceiveFeedback(source, { headers, body: body ?? '' }));
  }
}

const isSource = (source: string): source is FeedbackSource =>
  (FEEDBACK_SOURCES as readonly string[]).includes(source);
