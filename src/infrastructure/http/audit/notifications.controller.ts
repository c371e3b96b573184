import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { StreamHistory } from '../../../application/audit/changes/stream-history.js';
import {
  GetNotification,
  type NotificationDetails,
} from '../../../application/audit/history/get-notification.js';
import { GetSummary, type Summary } from '../../../application/audit/history/get-summary.js';
import { SearchHistory } from '../../../application/audit/history/search-history.js';
import {
  type Verification,
  VerifyNotification,
} from '../../../application/audit/verify/verify-notification.js';
import { AskWhyNot, type WhyNot } from '../../../application/audit/why/ask-why-not.js';
import { GetWhy, type Why } from '../../../application/audit/why/get-why.js';
import { type ResolvedOutcome, ResolveOutcome } from '../../../application/delivery/resolve-outcome.js';
import { GetMailPart } from '../../../application/mails/get-mail-part.js';
import type { HistoryEntry } from '../../../application/read-models/history/history.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { Exports } from '../exports/exports.js';
import { exportOf } from '../exports/history-export.js';
import { exportTypeOf } from '../exports/media-types.js';
import { ExpensiveRead } from '../limits/expensive-read.js';
import { mailAnswer, partOf, ShowsMail } from '../mails/mail-answer.js';
import { mailQuery } from '../mails/mail-schemas.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type ListAnswer, listAnswer } from '../page-of.js';
import {
  historyQuery,
  notificationParams,
  resolveBody,
  summaryQuery,
  whyNotQuery,
} from '../query-schemas.js';
import { notificationDetails } from '../schemas/decisions.js';
import { historyAnswer, resolvedOutcome, summary, why, whyNot } from '../schemas/notifications.js';
import { verification } from '../schemas/verification.js';

@Tagged('History')
@Requires('history:read')
@Controller('v1')
export class NotificationsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
    private readonly exports: Exports,
  ) {}

  @Get('notifications')
  @Header('vary', 'accept')
  @Operation({
    id: 'listNotifications',
    summary: 'Every decision: what was sent to whom, when, and what was withheld',
    description:
      'JSON is answered page by page. With `Accept: text/csv` or `application/x-ndjson` the answer is an export of all that the filters match, as a stream; `limit` and `after` do not apply to it. If it cannot be completed, the connection is closed before its end.',
    answers: { 200: historyAnswer },
    errors: ['invalid-cursor', 'search-too-broad', 'too-many-expensive-reads'],
  })
  async list(
    @Query({ schema: historyQuery }) { order, limit, after, ...filter }: z.output<typeof historyQuery>,
    @Caller() principal: Principal,
    @Headers('accept') accept: string | undefined,
  ): Promise<ListAnswer<HistoryEntry> | StreamableFile> {
    const { scope } = principal;
    const type = exportTypeOf(accept);
    if (type === undefined)
      return listAnswer(
        await this.queries.execute(new SearchHistory(scope, filter, { order, limit, after })),
      );
    return this.exports.answer(principal, 'herald-history', type, async () =>
      exportOf(await this.queries.execute(new StreamHistory(scope, filter, order)), type),
    );
  }

  @Get('notifications/summary')
  @ExpensiveRead()
  @Operation({
    id: 'getSummary',
    summary: 'How many decisions there were, by day, rule, decision, reason and outcome',
    answers: { 200: summary },
    errors: ['search-too-broad'],
  })
  summary(
    @Query({ schema: summaryQuery }) filter: z.output<typeof summaryQuery>,
    @Caller() { scope }: Principal,
  ): Promise<Summary> {
    return this.queries.execute(new GetSummary(scope, filter));
  }

  @Get('notifications/:id')
  @Operation({
    id: 'getNotification',
    summary: 'One notification with its complete trail and its content as it was rendered',
    answers: { 200: notificationDetails },
    errors: ['not-found'],
  })
  get(
    @Param({ schema: notificationParams }) { id }: z.output<typeof notificationParams>,
    @Caller() { scope }: Principal,
  ): Promise<NotificationDetails> {
    return this.queries.execute(new GetNotification(scope, id));
  }

  @Get('notifications/:id/why')
  @Operation({
    id: 'getWhy',
    summary: 'Why it was sent or withheld, as a sentence and as data',
    answers: { 200: why },
    errors: ['not-found', 'notification-unknown'],
  })
  why(
    @Param({ schema: notificationParams }) { id }: z.output<typeof notificationParams>,
    @Caller() { scope }: Principal,
  ): Promise<Why> {
    return this.queries.execute(new GetWhy(scope, id));
  }

  @Get('notifications/:id/verify')
  @ExpensiveRead()
  @Operation({
    id: 'verifyNotification',
    summary: 'Whether the decision comes out today as it is on record',
    description:
      'Runs the rule again on the history before the decision, renders the mail again, and compares each with what is on record. A mail quota that was reached is taken as recorded. A decision of a version of Herald with another rule or template may differ.',
    answers: { 200: verification },
    errors: ['not-found', 'notification-unknown'],
  })
  verify(
    @Param({ schema: notificationParams }) { id }: z.output<typeof notificationParams>,
    @Caller() { scope }: Principal,
  ): Promise<Verification> {
    return this.queries.execute(new VerifyNotification(scope, id));
  }

  @Requires('notifications:resolve')
  @Post('notifications/:id/resolve')
  @HttpCode(200)
  @Operation({
    id: 'resolveNotification',
    summary: 'Resolve an outcome in doubt',
    description:
      'Says what became of a mail of which nobody knows whether it arrived: `delivered`, `abandoned` (posts of a digest are new again, and it is escalated), or `resend` for a new attempt with the same Message-ID, if it is still due. The same once more changes nothing.',
    answers: { 200: resolvedOutcome },
    errors: ['not-found', 'not-in-doubt'],
  })
  resolve(
    @Param({ schema: notificationParams }) { id }: z.output<typeof notificationParams>,
    @Body({ schema: resolveBody }) body: z.output<typeof resolveBody>,
    @Caller() principal: Principal,
  ): Promise<ResolvedOutcome> {
    return this.commands.execute(new ResolveOutcome(principal, id, body));
  }

  @Get('notifications/:id/mail')
  @Operation({
    id: 'getMail',
    summary: 'The mail as it was sent: its HTML as a page, its text, or its source',
    description:
      'The HTML and the text are those on record. The source is made again from the record, with the date of the latest attempt: its MIME boundaries are others.',
    answers: { 200: mailAnswer('The part of the mail that was asked for.') },
    errors: ['not-found'],
  })
  @ShowsMail()
  mail(
    @Param({ schema: notificationParams }) { id }: z.output<typeof notificationParams>,
    @Query({ schema: mailQuery }) view: z.output<typeof mailQuery>,
    @Caller() { scope }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return partOf(view.part, this.queries.execute(new GetMailPart(scope, id, view)), reply);
  }

  @Get('why-not')
  @ExpensiveRead()
  @Operation({
    id: 'askWhyNot',
    summary: 'Why somebody was not notified, as of a moment',
    answers: { 200: whyNot },
    errors: ['not-found', 'not-yet-due', 'notification-unknown', 'person-ambiguous'],
  })
  whyNot(
    @Query({ schema: whyNotQuery }) query: z.output<typeof whyNotQuery>,
    @Caller() { scope }: Principal,
  ): Promise<WhyNot> {
    const { person, rule, at, partner, account } = query;
    return this.queries.execute(
      new AskWhyNot(scope, { person, rule, at, partnerId: partner, accountId: account }),
    );
  }
}
