import { Injectable } from '@nestjs/common';
import { covers, type Scope } from '../../../domain/access/scope.js';
import type { ChannelName } from '../../../domain/channels/address.js';
import type { Decision, Parts, RaisedContent } from '../../../domain/notification/decision.js';
import { Notification } from '../../../domain/notification/notification.js';
import type { WithheldReason } from '../../../domain/rules/shared/reasons.js';
import { recipientOnRecord } from '../../../domain/rules/shared/sentinels.js';
import { streamOf } from '../../aggregates/streams.js';
import { EventStore, type StoredEvent } from '../../ports/event-store.js';
import { PartnersInScope } from '../../tenancy/partners-in-scope.js';
import { notFound } from '../not-found.js';
import { withoutOtherSolutions } from '../registry/moved-partner.js';

/** The decision as recorded, with the fields of its content if one was raised. */
export type RecordedDecision = Decision &
  Partial<Omit<RaisedContent, 'parts'>> & { readonly reason?: WithheldReason };

/** What a message says, as it was rendered for its channel. */
export interface FrozenContent {
  readonly channel: ChannelName;
  readonly contentHash: string;
  readonly parts: Parts;
}

/** Everything that the log holds of one notification. */
export interface Trail {
  readonly decided: StoredEvent;
  readonly decision: RecordedDecision;
  /** In order, the decision first. */
  readonly events: readonly StoredEvent[];
  /** As it was or would be sent; absent if it was withheld. */
  readonly content?: FrozenContent;
  /** Whether the partner is now in a solution that the scope does not cover. */
  readonly hasMoved: boolean;
}

/** Reads everything that the log holds of one notification. */
@Injectable()
export class NotificationTrail {
  constructor(
    private readonly log: EventStore,
    private readonly partners: PartnersInScope,
  ) {}

  /** @throws HeraldError `not-found`, also for what the scope does not cover. */
  async of(scope: Scope, notificationId: string): Promise<Trail> {
    const recorded: StoredEvent[] = [];
    const stream = streamOf(Notification.category, notificationId);
    for await (const event of this.log.readStream(stream)) recorded.push(event);
    const [decided] = recorded;
    if (!decided || !covers(scope, decided.data.solutionId as string))
      throw notFound(
        `There is no notification ${notificationId}.`,
        'GET /v1/notifications for the existing ones',
      );
    const decision = decided.data as unknown as RecordedDecision;
    const hasMoved = !(await this.partners.covers(scope, decision.partnerId));
    const events = hasMoved ? recorded.map(withoutOtherSolutions) : recorded;
    const frozen = events.find(({ type }) => type === 'ContentFrozen');
    return {
      decided,
      decision: { ...decision, recipient: recipientOnRecord(decision.recipient, decision.escalation) },
      events,
      ...(frozen ? { content: frozen.data as unknown as FrozenContent } : {}),
      hasMoved,
    };
  }
}
