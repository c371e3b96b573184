import type { NotificationDetails } from '../../../application/audit/history/get-notification.js';
import type { PersonChange } from '../../../application/audit/people/person-history.js';
import type { Why } from '../../../application/audit/why/get-why.js';
import type { MailView } from '../../../application/mails/mail-view.js';
import type { ColorScheme } from '../../../application/ports/mail-format.js';
import type { HistoryOutcome } from '../../../application/read-models/history/history.js';
import { EMAIL } from '../../../domain/channels/address.js';
import { type ConditionItem, checklistOf } from '../kit/conditions.js';
import { causeItem, type EventItem, learnedLater } from '../kit/events.js';
import type { Fact } from '../kit/facts.js';
import { at, href } from '../kit/href.js';
import { personHref, subjectLink } from '../kit/links.js';
import { type MailTab, mailTabs } from '../kit/mail-tabs.js';
import type { PageModel } from '../kit/page-model.js';
import { camelWords, words } from '../kit/words.js';
import { lifeOf, type Stage } from './life.js';
import { trailItems } from './trail.js';

/** The mail of a notification, and the other ways to look at it. */
interface ShownMail {
  readonly part: MailView['part'];
  readonly subject: string;
  readonly tabs: readonly MailTab[];
  /** Where the HTML is, to be framed. */
  readonly frame: string | undefined;
  readonly scheme: ColorScheme | undefined;
  /** The text or the source. */
  readonly text: string | undefined;
}

/** What a person can say of a mail in doubt. */
interface Doubt {
  /** Where the form goes; undefined if the principal may not resolve it. */
  readonly action: string | undefined;
  /** Whether the form asks who says so. */
  readonly asksWho: boolean;
}

/** What the view `notification` shows. */
export interface NotificationPage extends PageModel {
  readonly outcome: HistoryOutcome;
  readonly rule: string;
  readonly isTest: boolean;
  readonly sentence: string;
  readonly facts: readonly Fact[];
  readonly conditions: readonly ConditionItem[];
  readonly causes: readonly EventItem[];
  /** Who gave and changed the address, and who chose that nothing is sent. */
  readonly person: readonly EventItem[];
  readonly life: readonly Stage[];
  readonly trail: readonly EventItem[];
  readonly mail: ShownMail | undefined;
  readonly doubt: Doubt | undefined;
  /** Whether the rule decides the same again. */
  readonly agrees: boolean;
  readonly verifyHref: string;
  /** The question why somebody else was not notified of the same, as of the same moment. */
  readonly whyNotHref: string;
}

export interface NotificationFound {
  readonly notification: NotificationDetails;
  readonly why: Why;
  readonly view: MailView;
  /** The source of the mail, if that is what is shown. */
  readonly source: string | undefined;
  readonly mayResolve: boolean;
  readonly asksWho: boolean;
}

/** The page of one notification. */
export const notificationPage = (found: NotificationFound): NotificationPage => {
  const { notification, why, mayResolve, asksWho } = found;
  const { notificationId, details, outcome } = notification;
  const path = at('notifications', notificationId);
  return {
    title: details.subjectLine ?? words(details.rule),
    ...{ outcome, rule: details.rule, isTest: details.test, sentence: why.sentence },
    facts: factsOf(notification),
    conditions: checklistOf(why.conditions),
    causes: why.causes.map(causeItem),
    person: personItems(why, details.partnerId),
    life: lifeOf(notification),
    trail: trailItems(notification.trail),
    mail: mailOf(found, path),
    doubt:
      outcome === 'outcome-unknown'
        ? { action: mayResolve ? `${path}/resolve` : undefined, asksWho }
        : undefined,
    agrees: why.recomputed.agrees,
    verifyHref: `${path}/verify`,
    whyNotHref: whyNotHref(notification),
  };
};

const whyNotHref = ({ decidedAt, details }: NotificationDetails): string => {
  const { rule, partnerId, subject } = details;
  const account = subject.kind === 'socialAccount' ? subject.id : undefined;
  return href(at('why-not'), { rule, at: decidedAt, partner: partnerId, account });
};

const factsOf = ({ notificationId, decidedAt, channel, details }: NotificationDetails): readonly Fact[] => {
  const { recipient, partnerId, solutionId, subject, slot, lateBy, escalation, instead, undelivered } =
    details;
  const about = subjectLink(subject);
  return [
    { name: 'To', text: recipient.name, href: personHref(recipient.userId, partnerId) },
    ...(recipient.address.value
      ? [{ name: channel === EMAIL ? 'Address' : words(channel), text: recipient.address.value }]
      : []),
    ...(escalation ? [{ name: 'Sent to', text: 'the escalation contact of the solution' }] : []),
    ...(undelivered
      ? [
          {
            name: 'Did not arrive',
            text: `the mail to ${undelivered.name}`,
            href: at('notifications', undelivered.notificationId),
          },
        ]
      : []),
    ...(instead
      ? [{ name: 'In place of', text: 'a mail that was no longer due', href: at('notifications', instead) }]
      : []),
    { name: 'About', text: about.label, href: about.href },
    { name: 'Partner', text: partnerId, href: at('partners', partnerId) },
    { name: 'Solution', text: solutionId, href: at('solutions', solutionId) },
    { name: 'Due at', instant: slot.at, zone: slot.zone },
    { name: 'Decided at', instant: decidedAt },
    ...(lateBy >= 60_000 ? [{ name: 'Late by', text: `${Math.floor(lateBy / 60_000)} minutes` }] : []),
    { name: 'Rule', text: `${details.rule}, version ${details.ruleVersion}` },
    ...(details.locale ? [{ name: 'Language', text: details.locale.used }] : []),
    ...(details.from ? [{ name: 'From', text: `${details.from.name} <${details.from.address}>` }] : []),
    { name: 'Id', text: notificationId },
  ];
};

const personItems = ({ person }: Why, partnerId: string): readonly EventItem[] => {
  const { preference, addressGiven, addressChanged } = person;
  const item = (title: string, change: PersonChange | undefined): readonly EventItem[] =>
    change ? [changeItem(title, change, partnerId)] : [];
  return [
    ...item('Chose that nothing is sent', preference),
    ...item('Gave the address', addressGiven),
    ...item('Changed the address since', addressChanged),
  ];
};

const changeItem = (title: string, change: PersonChange, partnerId: string): EventItem => {
  const { eventId, occurredAt, type, actor, via, source, sourceId, changes } = change;
  return {
    ...{ eventId, title, occurredAt },
    learned: learnedLater(change),
    by: [camelWords(type), `by ${actor}`, via && `by the ${words(via).toLowerCase()}`]
      .filter(Boolean)
      .join(' · '),
    link: { label: `Partner ${partnerId}`, href: at('partners', partnerId) },
    facts: [
      ...changes.map(({ field, from, to }) => ({
        name: camelWords(field),
        text: `${said(from)} → ${said(to)}`,
      })),
      ...Object.entries({ Source: source, 'Source id': sourceId, 'Event id': eventId }).flatMap(
        ([name, text]) => (text === undefined ? [] : [{ name, text }]),
      ),
    ],
  };
};

const said = (value: unknown): string => (value === undefined ? 'nothing' : String(value));

const mailOf = ({ notification, view, source }: NotificationFound, path: string): ShownMail | undefined => {
  const { mail } = notification;
  if (!mail) return undefined;
  const { part, scheme } = view;
  return {
    part,
    subject: mail.subjectLine,
    tabs: mailTabs(view, (tab) => `${href(path, { part: tab.part, scheme: tab.scheme })}#mail`),
    frame: part === 'html' ? href(`${path}/mail`, { scheme }) : undefined,
    scheme,
    text: part === 'text' ? mail.text : source,
  };
};
