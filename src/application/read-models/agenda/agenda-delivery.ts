import type { ChannelName } from '../../../domain/channels/address.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Decision, RaisedContent } from '../../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../../domain/notification/notification.js';
import type { Phase } from '../../../domain/notification/phase.js';
import { undelivered } from '../../../domain/notification/undelivered.js';
import { isUrgent } from '../../../domain/notification/urgent.js';
import { fold, partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body } from '../../ports/projection.js';
import type { Occurrence } from '../history/occurrence.js';

export type DeliveryLane = 'interactive-delivery' | 'delivery';

/**
 * A raised notification on its way, or in doubt: a person may have it sent again. Removed as soon as it has an outcome and, if it
 * did not arrive, what follows from that is done.
 */
export interface DeliveryPlan extends Document {
  readonly kind: 'delivery';
  /** A `decision`: what follows from its being undelivered. */
  readonly lane: DeliveryLane | 'decision';
  readonly notificationId: string;
  /** The partner whose notification it is. */
  readonly partnerId?: string | undefined;
  /** The solution that the decision was made in. */
  readonly solutionId?: string | undefined;
  /** Absent where the decision names none. */
  readonly channel?: ChannelName | undefined;
  /** The address: of several messages to one recipient only one is under way at a time. */
  readonly recipient?: string | undefined;
  /** The sender's address: its mails may be held. */
  readonly sender?: string | undefined;
  readonly state: NotificationState;
  /** Absent while nothing is to be done. */
  readonly dueAt?: Instant | undefined;
  readonly next: readonly Occurrence[];
}

export const DELIVERY_EVENTS = [
  'NotificationRaised',
  'SendStarted',
  'Accepted',
  'Deferred',
  'Rejected',
  'GivenUp',
  'OutcomeUnknown',
  'OutcomeResolved',
  'Superseded',
  'FollowedUp',
  'Delivered',
  'Bounced',
  'Complained',
] as const;

const ON_ITS_WAY: readonly Phase[] = ['waiting', 'sending', 'unknown'];

/** When a notification is sent, retried, given up because its sender was lost, or followed up because it did not arrive. */
export const evolveDelivery = (
  document: object | undefined,
  event: StoredEvent,
  id: string,
): Body<DeliveryPlan> | undefined => {
  const known = document as Body<DeliveryPlan> | undefined;
  const state = fold(Notification, known?.state ?? Notification.initialState, event);
  const raised =
    event.type === 'NotificationRaised'
      ? (event.data as unknown as Partial<Decision & RaisedContent>)
      : undefined;
  const { phase, nextAttemptAt, leaseUntil } = state;
  const isToFollowUp = undelivered(state) && !state.followedUp;
  if (!isToFollowUp && !ON_ITS_WAY.includes(phase)) return undefined;
  const due = phase === 'sending' ? leaseUntil : phase === 'waiting' ? nextAttemptAt : undefined;
  const dueAt = phase === 'unknown' ? undefined : (due ?? event.metadata.recordedAt);
  const lane = raised && isUrgent(raised) ? 'interactive-delivery' : 'delivery';
  return {
    id,
    kind: 'delivery',
    lane: isToFollowUp ? 'decision' : (known?.lane ?? lane),
    channel: known?.channel ?? raised?.recipient?.address?.channel,
    recipient: known?.recipient ?? raised?.recipient?.address?.value,
    sender: known?.sender ?? raised?.from?.address,
    notificationId: partsOf(event.stream).id,
    partnerId: known?.partnerId ?? raised?.partnerId,
    solutionId: known?.solutionId ?? raised?.solutionId,
    state,
    dueAt,
    next: dueAt ? [{ at: dueAt, ...(state.rule ? { rule: state.rule } : {}) }] : [],
  };
};
