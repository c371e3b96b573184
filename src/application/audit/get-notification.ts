import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import { NotificationTrail, type RecordedDecision, type Trail } from './notification-trail.js';

/** One step in the life of a notification. */
interface Step {
  readonly type: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: string;
  readonly eventId: string;
  readonly position: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface NotificationDetails {
  readonly notificationId: string;
  readonly decision: 'raised' | 'withheld';
  readonly decidedAt: Instant;
  readonly details: RecordedDecision;
  readonly trail: readonly Step[];
  readonly mail?: Trail['mail'];
}

/** One notification with its complete trail and the mail as it was rendered. */
export class GetNotification extends Query<NotificationDetails> {
  constructor(readonly notificationId: string) {
    super();
  }
}

@QueryHandler(GetNotification)
export class GetNotificationHandler implements IQueryHandler<GetNotification> {
  constructor(private readonly trails: NotificationTrail) {}

  /** @throws HeraldError `not-found`. */
  async execute({ notificationId }: GetNotification): Promise<NotificationDetails> {
    const { decided, decision, events, mail } = await this.trails.of(notificationId);
    return {
      notificationId,
      decision: decided.type === 'NotificationRaised' ? 'raised' : 'withheld',
      decidedAt: decided.metadata.recordedAt,
      details: decision,
      trail: events
        // The mail is returned beside the trail.
        .filter(({ type }) => type !== 'MailFrozen')
        .map(({ type, metadata, id, position, data }) => ({
          type,
          occurredAt: metadata.occurredAt,
          recordedAt: metadata.recordedAt,
          actor: metadata.actor,
          eventId: id,
          position,
          data,
        })),
      ...(mail ? { mail } : {}),
    };
  }
}
