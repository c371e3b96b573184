import type { MessageModel } from '../../../application/ports/channel.js';
import type {
  Escalation,
  UnreachedPerson,
  UnreachedReason,
} from '../../../domain/rules/shared/escalation.js';
import { foreign, shortened } from './isolates.js';
import type { EscalationTexts } from './locales/catalogue.js';
import { type MailParts, NOTHING, type Words } from './mail-parts.js';

/** What only a mail to the escalation contact has: who was not reached, and what to do about it. */
export interface EscalationParts {
  readonly why: string;
  readonly whoHeading: string;
  readonly people: readonly { readonly label: string; readonly value: string }[];
  readonly morePeople: string;
  readonly toDoHeading: string;
  readonly steps: readonly string[];
}

const REMEDIES: Readonly<Record<UnreachedReason, keyof EscalationTexts['remedies']>> = {
  'unknown-user': 'responsible',
  removed: 'responsible',
  'not-active': 'responsible',
  'no-address': 'address',
  'undeliverable-address': 'address',
  rejected: 'address',
  bounced: 'address',
  'opted-out': 'preferences',
  'no-digests': 'preferences',
  complained: 'preferences',
  'given-up': 'later',
  abandoned: 'later',
};

/** The mail to the escalation contact, from the parts of the mail that the partner's people did not get. */
export const escalationMail = (
  own: MailParts,
  escalation: Escalation,
  model: MessageModel,
  words: Words,
): MailParts & EscalationParts => {
  const { text } = words;
  const solution = foreign(model.solution.name);
  const common = {
    ...own,
    ...{ posts: [], more: '', older: '', reconnect: '' },
    zone: own.details.length > 0 ? own.zone : '',
    action: text.escalation.action(solution),
    footer: text.escalation.footer(solution),
  };
  return escalation.kind === 'sender-refused'
    ? { ...common, ...senderRefused(escalation, solution, text.escalation) }
    : { ...common, ...notReached(own, escalation, model, words) };
};

const notReached = (
  own: MailParts,
  { kind, people, more }: Exclude<Escalation, { readonly kind: 'sender-refused' }>,
  model: MessageModel,
  { text, formats }: Words,
): Pick<MailParts, 'subject' | 'preheader' | 'heading' | 'intro'> & EscalationParts => {
  const texts = text.escalation;
  const partner = foreign(model.partner.name);
  const mine = texts.kinds[kind];
  const why = mine.why(partner);
  const remedies =
    people.length > 0 ? people.map(({ reason }) => REMEDIES[reason]) : ['responsible' as const];
  return {
    subject: mine.subject(partner, own.topic || own.subject),
    preheader: why,
    heading: mine.heading,
    intro: own.report || own.intro,
    why: people.length > 0 ? why : `${why} ${texts.nobody(partner)}`,
    whoHeading: people.length > 0 ? texts.whoHeading : '',
    people: people.map((person) => personLine(person, texts)),
    morePeople: more > 0 ? texts.morePeople(more, formats) : '',
    toDoHeading: texts.toDoHeading,
    steps: [own.toDo, ...[...new Set(remedies)].map((one) => texts.remedies[one])].filter(Boolean),
  };
};

/** The longest answer of a mail server that is quoted, in graphemes. */
const REPLY_LENGTH = 300;

const quoted = (reply: string): string => foreign(shortened(reply, REPLY_LENGTH));

const personLine = (
  { name, isOwner, reason, address = '', reply = '' }: UnreachedPerson,
  texts: EscalationTexts,
): EscalationParts['people'][number] => ({
  label: isOwner ? texts.owner(foreign(name)) : foreign(name),
  value: texts.reasons[reason]({ address: foreign(address), reply: quoted(reply) }),
});

const senderRefused = (
  { sender, reply }: Extract<Escalation, { readonly kind: 'sender-refused' }>,
  solution: string,
  { senderRefused: mine, toDoHeading }: EscalationTexts,
): Omit<MailParts, 'action' | 'footer'> & EscalationParts => {
  const address = foreign(sender);
  const intro = mine.intro(address, solution);
  return {
    ...NOTHING,
    subject: mine.subject(address),
    preheader: intro,
    heading: mine.heading,
    intro,
    why: mine.held,
    details: reply ? [{ label: mine.reply, value: quoted(reply) }] : [],
    ...{ whoHeading: '', people: [], morePeople: '' },
    toDoHeading,
    // The domain of an address is letters, digits and hyphens.
    steps: mine.steps(sender.slice(sender.lastIndexOf('@') + 1)),
  };
};
