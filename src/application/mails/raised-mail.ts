import { EMAIL } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import type { RaisedContent } from '../../domain/notification/decision.js';
import type { Trail } from '../audit/history/notification-trail.js';
import { notFound } from '../audit/not-found.js';
import type { Message } from '../ports/channel.js';

/**
 * The mail that was raised, as its latest attempt sent it; the first attempt if none was made yet.
 * @throws HeraldError `not-found` if it was withheld, or raised over another channel.
 */
export const raisedMail = ({ decided, decision, events, content }: Trail): Message => {
  const { notificationId, rule, recipient, solutionId } = decision;
  if (decided.type !== 'NotificationRaised' || !content)
    throw notFound(
      'It was withheld, so there is no mail.',
      `GET /v1/notifications/${notificationId}/why for the reason`,
    );
  if (content.channel !== EMAIL)
    throw notFound(
      `It was not raised by e-mail: its channel is ${content.channel}.`,
      `GET /v1/notifications/${notificationId} for its content`,
    );
  const { from, locale, unsubscribeUrl } = decision as typeof decision & RaisedContent;
  const raisedAt = decided.metadata.occurredAt;
  return {
    ...{ notificationId, rule, from, raisedAt, parts: content.parts, locale: locale.used },
    ...(latestAttempt(events) ?? { attempt: 1, date: raisedAt }),
    to: { name: recipient.name, address: recipient.address.value },
    ...(unsubscribeUrl ? { list: { solutionId, unsubscribeUrl } } : {}),
  };
};

/** The latest attempt that has started, and when; undefined if there is none. */
export const latestAttempt = (
  events: Trail['events'],
): { readonly attempt: number; readonly date: Instant } | undefined => {
  const started = events.findLast(({ type }) => type === 'SendStarted');
  return started && { attempt: Number(started.data.attempt), date: started.metadata.occurredAt };
};
