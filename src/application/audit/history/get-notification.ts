import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { type ChannelName, EMAIL } from '../../../domain/channels/address.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Recipient } from '../../../domain/rules/shared/verdict.js';
import { withMaskedReferences } from '../../feedback/masked-tokens.js';
import type { HistoryOutcome } from '../../read-models/history/history.js';
import { type FrozenContent, NotificationTrail, type RecordedDecision } from './notification-trail.js';
import { whatBecame } from './outcome-sentences.js';

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
  /** How far delivery is, as the trail says. */
  readonly outcome: HistoryOutcome;
  readonly channel: ChannelName;
  readonly details: Omit<RecordedDecision, 'recipient'> & {
    /** `email` if the channel is e-mail. */
    readonly recipient: Recipient & { readonly email?: string };
  };
  readonly trail: readonly Step[];
  /** As it was or would be sent; absent if it was withheld. */
  readonly content?: FrozenContent;
  /** The content if the channel is e-mail. */
  readonly mail?: Mail;
}

interface Mail {
  readonly subjectLine: string;
  readonly html: string;
  readonly text: string;
  readonly contentHash: string;
}

/** One notification with its complete trail and its content as it was rendered. */
export class GetNotification extends Query<NotificationDetails> {
  constructor(
    readonly scope: Scope,
    readonly notificationId: string,
  ) {
    super();
  }
}

@QueryHandler(GetNotification)
export class GetNotificationHandler implements IQueryHandler<GetNotification> {
  constructor(private readonly trails: NotificationTrail) {}

  /** @throws HeraldError `not-found`. */
  async execute({ scope, notificationId }: GetNotification): Promise<NotificationDetails> {
    const trail = await this.trails.of(scope, notificationId);
    const { decided, decision, events, content } = trail;
    const { recipient } = decision;
    const { channel, value: email } = recipient.address;
    const isEmail = channel === EMAIL;
    return {
      notificationId,
      decision: decided.type === 'NotificationRaised' ? 'raised' : 'withheld',
      decidedAt: decided.metadata.recordedAt,
      outcome: whatBecame(trail).outcome,
      channel,
      details: { ...decision, recipient: { ...recipient, ...(isEmail ? { email } : {}) } },
      trail: events
        // The content is returned beside the trail.
        .filter(({ type }) => type !== 'ContentFrozen')
        .map(({ type, metadata, id, position, data }) => ({
          type,
          occurredAt: metadata.occurredAt,
          recordedAt: metadata.recordedAt,
          actor: metadata.actor,
          eventId: id,
          position,
          data: withMaskedValues(data),
        })),
      ...(content ? { content: shownContent(content) } : {}),
      ...(content && isEmail ? { mail: mailOf(content) } : {}),
    };
  }
}

const withMaskedValues = (data: Step['data']): Step['data'] =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, withMaskedReferences(value)]));

const shownContent = ({ channel, contentHash, parts }: FrozenContent): FrozenContent => ({
  channel,
  contentHash,
  parts,
});

const mailOf = ({ contentHash, parts }: FrozenContent): Mail => {
  const { subject = '', html = '', text = '' } = parts;
  return { subjectLine: subject, html, text, contentHash };
};
