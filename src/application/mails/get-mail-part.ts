import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { NotificationTrail } from '../audit/history/notification-trail.js';
import { MailFormat } from '../ports/mail-format.js';
import { type MailView, viewed } from './mail-view.js';
import { raisedMail } from './raised-mail.js';

/** One part of the mail of a notification, as it was frozen. The source is made again from the record, and shown without its token. */
export class GetMailPart extends Query<string> {
  constructor(
    readonly scope: Scope,
    readonly notificationId: string,
    readonly view: MailView,
  ) {
    super();
  }
}

@QueryHandler(GetMailPart)
export class GetMailPartHandler implements IQueryHandler<GetMailPart> {
  constructor(
    private readonly trails: NotificationTrail,
    private readonly format: MailFormat,
  ) {}

  /** @throws HeraldError `not-found`, also if it was withheld or raised over another channel. */
  async execute({ scope, notificationId, view }: GetMailPart): Promise<string> {
    const mail = raisedMail(await this.trails.of(scope, notificationId));
    const { html = '', text = '' } = mail.parts;
    return viewed({ html, text, source: () => this.format.sourceOf(mail) }, view, this.format);
  }
}
