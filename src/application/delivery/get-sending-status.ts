import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { MAX_LISTED_BEGUN_MAILS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { BegunMails } from './begun-mails.js';
import { type HoldCause, SendingHold } from './sending-hold.js';

/** Whether sending is held, and why. */
export interface SendingStatus {
  readonly held: boolean;
  readonly why?: HoldCause;
  readonly reason?: string;
  /** The records that were lost, each with what it knew; absent if none was. */
  readonly lost?: readonly string[];
  /** The mails that would be sent a second time once they are raised again; newest first. */
  readonly begunSince: readonly { readonly notificationId: string; readonly begunAt: Instant }[];
  /** Whether there are more than are listed. */
  readonly more: boolean;
}

/** Whether sending is held, and which mails would be sent a second time. */
export class GetSendingStatus extends Query<SendingStatus> {}

@QueryHandler(GetSendingStatus)
export class GetSendingStatusHandler implements IQueryHandler<GetSendingStatus> {
  constructor(
    private readonly hold: SendingHold,
    private readonly begun: BegunMails,
  ) {}

  async execute(): Promise<SendingStatus> {
    await this.hold.look();
    const { why, reason, lost } = this.hold;
    const unknown = await this.begun.unknownToLog(MAX_LISTED_BEGUN_MAILS + 1);
    return {
      held: this.hold.isHeld,
      ...(why ? { why } : {}),
      ...(reason ? { reason } : {}),
      ...(lost.length > 0 ? { lost } : {}),
      begunSince: unknown
        .slice(0, MAX_LISTED_BEGUN_MAILS)
        .map(({ id, begunAt }) => ({ notificationId: id, begunAt })),
      more: unknown.length > MAX_LISTED_BEGUN_MAILS,
    };
  }
}
