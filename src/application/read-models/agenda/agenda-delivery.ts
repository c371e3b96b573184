import type { ChannelName } from '../../../domain/channels/address.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Decision } from '../../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../../domain/notification/notification.js';
import { fold, partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body } from '../../ports/projection.js';
import type { Occurrence } from '../history/occurrence.js';

/** A raised notification on its way, or in doubt: a person may have it sent again. Removed as soon as it has an outcome. */
export interface DeliveryPlan extends Document {
  readonly kind: 'delivery';
  readonly lane: 'interactive-delivery' | 'delivery';
  readonly notificationId: string;
  /** Absent where the decision names none. */
  readonly channel?: ChannelName | undefined;
  /** The address: of several messages to one recipient only one is under way at a time. */
  readonly recipient?: string | undefined;
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
  'OutcomeUnknown',
  'OutcomeResolved',
  'Delivered',
  'Bounced',
  'Complained',
] as const;

/** When a notification is sent, retried, or given up because its sender was lost. */
export const evolveDelivery = (
  document: object | undefined,
  event: StoredEvent,
  id: string,
): Body<DeliveryPlan> | undefined => {
  const known = document as Body<DeliveryPlan> | undefined;
  const state = fold(Notification, known?.state ?? Notification.initialState, event);
  const raised =
    event.type === 'NotificationRaised' ? (event.data as unknown as Partial<Decision>) : undefined;
  const { phase, nextAttemptAt, leaseUntil } = state;
  if (phase !== 'waiting' && phase !== 'sending' && phase !== 'unknown') return undefined;
  const due = phase === 'sending' ? leaseUntil : nextAttemptAt;
  const dueAt = phase === 'unknown' ? undefined : (due ?? event.metadata.recordedAt);
  return {
    id,
    kind: 'delivery',
    lane: known?.lane ?? (raised?.requestId === undefined ? 'delivery' : 'interactive-delivery'),
    channel: known?.channel ?? raised?.recipient?.address?.channel,
    recipient: known?.recipient ?? raised?.recipient?.address?.value,
    notificationId: partsOf(event.stream).id,
    state,
    dueAt,
    next: dueAt ? [{ at: dueAt, ...(state.rule ? { rule: state.rule } : {}) }] : [],
  };
};
