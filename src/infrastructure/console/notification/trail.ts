import type { NotificationDetails } from '../../../application/audit/history/get-notification.js';
import type { Condition } from '../../../domain/rules/shared/verdict.js';
import { type EventItem, learnedLater } from '../kit/events.js';
import { type Fact, factsOf } from '../kit/facts.js';
import { at } from '../kit/href.js';
import { camelWords, words } from '../kit/words.js';

type Step = NotificationDetails['trail'][number];
type Data = Readonly<Record<string, unknown>>;

const attempt = ({ attempt: number }: Data): string => `Attempt ${number}`;

/** What each event in the life of a notification is called. */
const TITLES: Readonly<Record<string, (data: Data) => string>> = {
  NotificationRaised: () => 'Decided to notify',
  NotificationWithheld: ({ reason }) => `Withheld: ${words(String(reason))}`,
  SendStarted: (data) => `${attempt(data)} began`,
  Accepted: (data) => `${attempt(data)}: the mail server accepted the mail`,
  Deferred: (data) =>
    data.notTried ? 'Not tried: no attempt is used up' : `${attempt(data)} failed for now`,
  Rejected: (data) => `${attempt(data)}: the mail server refused the mail`,
  GivenUp: () => 'Given up',
  OutcomeUnknown: (data) => `${attempt(data)}: nobody knows whether the mail arrived`,
  OutcomeResolved: ({ as, by }) => `${by} resolved the doubt: ${words(String(as)).toLowerCase()}`,
  Superseded: () => 'No longer due, and not sent',
  FollowedUp: ({ escalation }) =>
    escalation === undefined
      ? 'Undelivered: there is no escalation contact'
      : 'The escalation contact is notified',
  Delivered: () => 'Reported as delivered',
  Bounced: () => 'Reported as returned',
  Complained: () => 'Reported as spam',
};

/** Fields that the title, the text or other facts say already. */
const SAID = new Set([
  'notificationId',
  'attempt',
  'reply',
  'reason',
  'transcript',
  'leaseUntil',
  'occasion',
  'notTried',
  'as',
  'by',
  'conditions',
  'instead',
  'escalation',
]);

/** Decisions are shown by the page itself. */
const DECISIONS = new Set(['NotificationRaised', 'NotificationWithheld']);

/** What happened to a notification, as a timeline, oldest first. */
export const trailItems = (trail: NotificationDetails['trail']): readonly EventItem[] => trail.map(itemOf);

const itemOf = (step: Step): EventItem => {
  const { type, data, eventId, occurredAt, actor } = step;
  const says = [data.reply, data.reason].find((text) => typeof text === 'string' && text !== '');
  const { transcript } = data;
  return {
    ...{ eventId, occurredAt, by: `by ${actor}` },
    title: TITLES[type]?.(data) ?? camelWords(type),
    learned: learnedLater(step),
    says: typeof says === 'string' && !DECISIONS.has(type) ? says : undefined,
    facts: [...detailsOf(type, data), ...factsOf({ eventId })],
    transcript: Array.isArray(transcript) ? transcript.join('\n') : undefined,
  };
};

const detailsOf = (type: string, data: Data): readonly Fact[] => {
  if (DECISIONS.has(type)) return [];
  const { conditions, instead, escalation } = data;
  return [
    ...factsOf(Object.fromEntries(Object.entries(data).filter(([name]) => !SAID.has(name)))),
    ...listOf(conditions).map((condition) => ({
      name: 'No longer holds',
      text: (condition as Condition).says,
    })),
    ...listOf(instead).map((id) => notificationFact('Sent in its place', String(id))),
    ...(typeof escalation === 'string' ? [notificationFact('To the contact', escalation)] : []),
  ];
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const notificationFact = (name: string, id: string): Fact => ({
  name,
  text: id,
  href: at('notifications', id),
});
