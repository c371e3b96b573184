import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { GetOutboxMail } from '../../../application/mails/get-outbox-mail.js';
import { ListOutbox, type OutboxPage } from '../../../application/mails/list-outbox.js';
import { ListTemplates, type MailTemplate } from '../../../application/mails/list-templates.js';
import { PreviewTemplate } from '../../../application/mails/preview-template.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { ExpensiveRead } from '../limits/expensive-read.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type Page, pageOf } from '../page-of.js';
import { pageQuery } from '../query-schemas.js';
import { outboxPage, templatePage } from '../schemas/mails.js';
import { mailAnswer, partOf, ShowsMail } from './mail-answer.js';
import { mailQuery, outboxParams, previewQuery, templateParams } from './mail-schemas.js';

@Tagged('Mails')
@Requires('history:read')
@Controller('v1')
export class MailsController {
  constructor(private readonly queries: QueryBus) {}

  @Requires('history:read', { reads: 'nothing-personal' })
  @Get('templates')
  @Operation({
    id: 'listTemplates',
    summary: 'Every mail that Herald can send: each notification in each variant, with its languages',
    answers: { 200: templatePage },
  })
  async templates(
    @Query({ schema: pageQuery }) query: z.output<typeof pageQuery>,
  ): Promise<Page<MailTemplate>> {
    const all = await this.queries.execute(new ListTemplates());
    return pageOf(all, ({ rule, variant }) => `${rule}/${variant}`, query);
  }

  @Get('templates/:rule/preview')
  @ExpensiveRead('notification')
  @Operation({
    id: 'previewTemplate',
    summary: 'A mail as the templates make it now, with made-up data or with those of a notification',
    description:
      'With `notification` it says what that notification said, by the templates of today and in any language; GET /v1/notifications/{id}/mail has the mail as it was sent.',
    answers: { 200: mailAnswer('The part of the mail that was asked for.') },
    errors: ['not-found', 'notification-unknown'],
  })
  @ShowsMail()
  preview(
    @Param({ schema: templateParams }) { rule }: z.output<typeof templateParams>,
    @Query({ schema: previewQuery }) query: z.output<typeof previewQuery>,
    @Caller() { scope }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { locale, variant, notification, part, scheme } = query;
    const using = { locale, variant, notificationId: notification };
    const preview = new PreviewTemplate(scope, rule, using, { part, scheme });
    return partOf(part, this.queries.execute(preview), reply);
  }

  @Get('outbox')
  @Operation({
    id: 'listOutbox',
    summary: 'The mails in the outbox folder, those decided last first',
    description:
      'Only where HERALD_MAIL is an outbox folder. A page may have fewer items than `limit`, and `next`, because some mails are not in the folder.',
    answers: { 200: outboxPage },
    errors: ['invalid-cursor', 'not-found'],
  })
  outbox(
    @Query({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<OutboxPage> {
    return this.queries.execute(new ListOutbox(scope, limit, after));
  }

  @Get('outbox/:file')
  @Operation({
    id: 'getOutboxMail',
    summary: 'A mail in the outbox folder, as its file has it',
    answers: { 200: mailAnswer('The part of the mail that was asked for.') },
    errors: ['not-found'],
  })
  @ShowsMail()
  outboxMail(
    @Param({ schema: outboxParams }) { file }: z.output<typeof outboxParams>,
    @Query({ schema: mailQuery }) view: z.output<typeof mailQuery>,
    @Caller() { scope }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return partOf(view.part, this.queries.execute(new GetOutboxMail(scope, file, view)), reply);
  }
}
