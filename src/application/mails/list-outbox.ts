import { Inject, Optional } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { EMAIL } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import { NotificationTrail } from '../audit/history/notification-trail.js';
import { Outbox } from '../ports/outbox.js';
import { type HistoryEntry, history } from '../read-models/history/history.js';
import type { Incomplete } from '../read-models/parking/incomplete.js';
import { IncompleteInScope } from '../tenancy/incomplete-in-scope.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';
import { noOutbox } from './no-outbox.js';
import { latestAttempt, raisedMail } from './raised-mail.js';

/** A mail in the outbox folder. */
export interface OutboxMail {
  /** The name of its file. */
  readonly file: string;
  /** When its latest attempt started. */
  readonly sentAt: Instant;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly notificationId: string;
  readonly solutionId: string;
}

export interface OutboxPage {
  readonly items: readonly OutboxMail[];
  readonly next: string | null;
  readonly incomplete?: Incomplete;
}

/**
 * The mails in the outbox folder that the scope covers, those decided last first. They are found by the history, so that the work
 * depends on the page and not on the folder: a page may have fewer items than the limit, and `next`, too.
 */
export class ListOutbox extends Query<OutboxPage> {
  constructor(
    readonly scope: Scope,
    readonly limit: number,
    readonly after?: string,
  ) {
    super();
  }
}

@QueryHandler(ListOutbox)
export class ListOutboxHandler implements IQueryHandler<ListOutbox> {
  constructor(
    private readonly lists: ScopedLists,
    private readonly trails: NotificationTrail,
    private readonly incomplete: IncompleteInScope,
    @Optional() @Inject(Outbox) private readonly outbox?: Outbox,
  ) {}

  /** @throws HeraldError `not-found` where mails go to a mail server; `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, limit, after }: ListOutbox): Promise<OutboxPage> {
    const { outbox } = this;
    if (!outbox) throw noOutbox();
    const { documents, next } = await this.lists.bySolution(history, scope, {
      where: { decision: 'raised', channel: EMAIL },
      ...{ orderBy: 'decidedAt', direction: 'descending', limit },
      ...(after === undefined ? {} : { after }),
    });
    const items: OutboxMail[] = [];
    for (const entry of documents) items.push(...(await this.#inFolder(scope, entry, outbox)));
    return { items, next: next ?? null, ...(await this.incomplete.of(scope, [history.name])) };
  }

  async #inFolder(
    scope: Scope,
    { notificationId, solutionId, attempts, subjectLine = '' }: HistoryEntry,
    outbox: Outbox,
  ): Promise<readonly OutboxMail[]> {
    if (attempts === 0) return [];
    const trail = await this.trails.of(scope, notificationId);
    const started = latestAttempt(trail.events);
    const mail = raisedMail(trail);
    const file = await outbox.fileOf(mail);
    if (file === undefined || !started) return [];
    return [{ file, sentAt: started.date, to: mail.to, subject: subjectLine, notificationId, solutionId }];
  }
}
