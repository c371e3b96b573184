import { EMAIL } from '../../domain/channels/address.js';
import type { JsonObject, StoredEvent, Upcast } from '../ports/event-store.js';

/**
 * Brings every event that an older version of Herald has written to the present shape, whichever log it is read from. A type that
 * gets another name here must not be in the `handles` of a projection: logs look for types as they were stored.
 */
export const upcast: Upcast = (event) => {
  if (event.metadata.schemaVersion !== 1 || !event.stream.startsWith('notification-')) return event;
  const toSecond = Object.hasOwn(TO_SECOND, event.type) ? TO_SECOND[event.type] : undefined;
  if (!toSecond) return event;
  return { ...event, ...toSecond(event), metadata: { ...event.metadata, schemaVersion: 2 } };
};

/** E-mail was the only channel, and not named. */
const withAddress = ({ data }: StoredEvent): { readonly data: JsonObject } => {
  const { email: value, ...recipient } = (data.recipient ?? {}) as JsonObject;
  return { data: { ...data, recipient: { ...recipient, address: { channel: EMAIL, value } } } };
};

/** The parts had no names of their own. */
const contentOf = ({ data }: StoredEvent): { readonly type: string; readonly data: JsonObject } => {
  const { subjectLine: subject, html, text, ...rest } = data;
  return { type: 'ContentFrozen', data: { ...rest, channel: EMAIL, parts: { subject, html, text } } };
};

const TO_SECOND: Readonly<Record<string, (event: StoredEvent) => Partial<StoredEvent>>> = {
  NotificationRaised: withAddress,
  NotificationWithheld: withAddress,
  MailFrozen: contentOf,
};
