import { Inject, Optional } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { notFound } from '../audit/not-found.js';
import { MailFormat } from '../ports/mail-format.js';
import { Outbox } from '../ports/outbox.js';
import { DecisionsInScope } from '../tenancy/decisions-in-scope.js';
import { type MailView, viewed } from './mail-view.js';
import { noOutbox } from './no-outbox.js';

/** One part of a mail in the outbox folder, as the file has it, but for its token. */
export class GetOutboxMail extends Query<string> {
  constructor(
    readonly scope: Scope,
    readonly file: string,
    readonly view: MailView,
  ) {
    super();
  }
}

@QueryHandler(GetOutboxMail)
export class GetOutboxMailHandler implements IQueryHandler<GetOutboxMail> {
  constructor(
    private readonly decisions: DecisionsInScope,
    private readonly format: MailFormat,
    @Optional() @Inject(Outbox) private readonly outbox?: Outbox,
  ) {}

  /** @throws HeraldError `not-found`, also for what the scope does not cover, and where mails go to a mail server. */
  async execute({ scope, file, view }: GetOutboxMail): Promise<string> {
    const { outbox } = this;
    if (!outbox) throw noOutbox();
    const notificationId = outbox.notificationIdIn(file);
    const isCovered = notificationId !== undefined && (await this.decisions.covers(scope, notificationId));
    const source = isCovered ? await outbox.read(file) : undefined;
    if (source === undefined)
      throw notFound(`There is no mail ${file} in the outbox.`, 'GET /v1/outbox for the existing ones');
    return viewed({ ...(await this.format.partsOf(source)), source: () => source }, view, this.format);
  }
}
