import type { AppendedEvent } from '../aggregates/aggregates.js';
import { partsOf } from '../aggregates/streams.js';

/** Events of a notification that are not delivery results. */
const NO_OUTCOME = new Set([
  'NotificationRaised',
  'NotificationWithheld',
  'ContentFrozen',
  'SendStarted',
  // A person's word, logged where it is given.
  'OutcomeResolved',
  'FollowedUp',
]);

/** The outcome that an event records, such as `accepted` or `outcome-unknown`; undefined if it records none. */
export const outcomeOf = ({ stream, type }: Pick<AppendedEvent, 'stream' | 'type'>): string | undefined =>
  stream.startsWith('notification-') && !NO_OUTCOME.has(type)
    ? type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
    : undefined;

/** The notification that an event belongs to. */
export const notificationOf = ({ stream }: Pick<AppendedEvent, 'stream'>): string => partsOf(stream).id;
