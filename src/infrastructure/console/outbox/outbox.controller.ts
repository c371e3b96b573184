import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetOutboxMail } from '../../../application/mails/get-outbox-mail.js';
import { ListOutbox } from '../../../application/mails/list-outbox.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { Caller } from '../../http/access/caller.js';
import { outboxParams } from '../../http/mails/mail-schemas.js';
import { Filters } from '../kit/form.js';
import { FramedMail } from '../kit/framed-mail.js';
import { ConsoleController, Page, Resource } from '../kit/page.js';
import { type OutboxFilters, type OutboxPage, outboxPage } from './outbox-page.js';
import { frameQuery, outboxQuery } from './outbox-query.js';

/** The mails in the outbox folder. */
@ConsoleController('outbox')
export class OutboxController {
  constructor(private readonly queries: QueryBus) {}

  @Page('', 'outbox', 'history:read')
  async list(
    @Filters({ schema: outboxQuery }) filters: OutboxFilters,
    @Caller() { scope }: Principal,
  ): Promise<OutboxPage> {
    const listed = await this.queries.execute(new ListOutbox(scope, filters.limit, filters.after));
    return outboxPage(filters, listed, await this.#text(scope, filters));
  }

  @Resource(':file/mail', 'history:read')
  @FramedMail()
  mail(
    @Param({ schema: outboxParams }) { file }: z.output<typeof outboxParams>,
    @Filters({ schema: frameQuery }) { scheme }: z.output<typeof frameQuery>,
    @Caller() { scope }: Principal,
  ): Promise<string> {
    return this.queries.execute(new GetOutboxMail(scope, file, { part: 'html', scheme }));
  }

  /** The part that the page shows itself. It is read for a frame, too: a frame could not say that there is no such mail. */
  async #text(scope: Scope, { file, part }: OutboxFilters): Promise<string | undefined> {
    if (file === undefined) return undefined;
    const text = await this.queries.execute(
      new GetOutboxMail(scope, file, { part: part === 'html' ? 'text' : part }),
    );
    return part === 'html' ? undefined : text;
  }
}
