import type { AppendedEvent } from '../aggregates/aggregates.js';
import { partsOf } from '../aggregates/streams.js';

/** Events of a notification that are no result of its delivery. */
const NO_OUTCOME = new Set(['NotificationRaised', 'NotificationWithheld', 'MailFrozen', 'SendStarted']);

/** Which outcome an event records, such as `accepted` or `outcome-unknown`; undefined for one that records none. */
export const outcomeOf = ({ stream, type }: Pick<AppendedEvent, 'stream' | 'type'>): string | undefined =>
  stream.startsWith('notification-') && !NO_OUTCOME.has(type)
    ? type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
    : undefined;

/** Of which notification an event is. */
export const notificationOf = ({ stream }: Pick<AppendedEvent, 'stream'>): string => partsOf(stream).id;
