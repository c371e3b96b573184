import { Param } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import * as z from 'zod';
import { GetNotification } from '../../../application/audit/history/get-notification.js';
import { VerifyNotification } from '../../../application/audit/verify/verify-notification.js';
import { GetWhy } from '../../../application/audit/why/get-why.js';
import { ResolveOutcome } from '../../../application/delivery/resolve-outcome.js';
import { GetMailPart } from '../../../application/mails/get-mail-part.js';
import { COLOR_SCHEMES } from '../../../application/ports/mail-format.js';
import { ANONYMOUS, isPermitted, type Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { mailQuery } from '../../http/mails/mail-schemas.js';
import { notificationParams, resolveBody } from '../../http/query-schemas.js';
import { Filters, Form } from '../kit/form.js';
import { FramedMail } from '../kit/framed-mail.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction, Page, Resource } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { type NotificationPage, notificationPage } from './notification-page.js';
import { type VerificationPage, verificationPage } from './verification-page.js';

type Params = z.output<typeof notificationParams>;

const frameQuery = z.strictObject({ scheme: z.enum(COLOR_SCHEMES).optional() });

/** One notification: why it was decided so, what it said, and what became of it. */
@ConsoleController('notifications')
export class NotificationController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Page(':id', 'notification', 'history:read')
  async show(
    @Param({ schema: notificationParams }) { id }: Params,
    @Filters({ schema: mailQuery }) view: z.output<typeof mailQuery>,
    @Caller() principal: Principal,
  ): Promise<NotificationPage> {
    const { scope } = principal;
    const [notification, why] = await Promise.all([
      this.queries.execute(new GetNotification(scope, id)),
      this.queries.execute(new GetWhy(scope, id)),
    ]);
    const source =
      notification.mail && view.part === 'source'
        ? await this.queries.execute(new GetMailPart(scope, id, view))
        : undefined;
    return notificationPage({
      ...{ notification, why, view, source },
      mayResolve: isPermitted(principal, 'notifications:resolve'),
      asksWho: principal.id === ANONYMOUS.id,
    });
  }

  @Resource(':id/mail', 'history:read')
  @FramedMail()
  mail(
    @Param({ schema: notificationParams }) { id }: Params,
    @Filters({ schema: frameQuery }) { scheme }: z.output<typeof frameQuery>,
    @Caller() { scope }: Principal,
  ): Promise<string> {
    return this.queries.execute(new GetMailPart(scope, id, { part: 'html', scheme }));
  }

  @Page(':id/verify', 'verification', 'history:read')
  @ExpensiveRead()
  async verify(
    @Param({ schema: notificationParams }) { id }: Params,
    @Caller() { scope }: Principal,
  ): Promise<VerificationPage> {
    return verificationPage(await this.queries.execute(new VerifyNotification(scope, id)));
  }

  @FormAction(':id/resolve', 'notifications:resolve')
  async resolve(
    @Param({ schema: notificationParams }) { id }: Params,
    @Form({ schema: resolveBody }) resolution: z.output<typeof resolveBody>,
    @Caller() principal: Principal,
  ): Promise<SeeOther> {
    await this.commands.execute(new ResolveOutcome(principal, id, resolution));
    return { seeOther: href(at('notifications', id), { done: 'resolved' }) };
  }
}
