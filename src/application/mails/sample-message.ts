import { definitionOf } from '../../domain/rules/notifications.js';
import type { NotificationContent } from '../../domain/rules/shared/notification-content.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { Message, MessageModel, RenderedContent } from '../ports/channel.js';
import type { MailVariant } from './mail-variant.js';

const NOW = '2026-03-02T08:00:00.000Z';
const PERSON = 'Ana Sørensen';
const SENDER = { name: 'Acme Partner Social', address: 'no-reply@acme.example' };

const ACCOUNT: NotificationContent = {
  account: {
    accountId: 'nordlicht-linkedin',
    displayName: 'Nordlicht',
    network: 'linkedin',
    kind: 'company',
    reason: 'The member revoked the permission in the account settings.',
    authorisationExpiresAt: '2026-03-14T08:00:00.000Z',
    endedAt: '2026-03-01T22:10:00.000Z',
  },
};

const POSTS: NotificationContent = {
  posts: [
    ['A first look at the spring collection', '2026-03-04T09:30:00.000Z'],
    ['Three questions about your morning routine', '2026-03-05T15:00:00.000Z'],
    ['Meet us at the trade fair, hall C3', '2026-03-06T10:15:00.000Z'],
  ].map(([title = '', publishAt = NOW], n) => ({
    ...{ postId: `post-${n + 1}`, title, streamName: 'Spring campaign', network: 'linkedin', publishAt },
  })),
  more: 2,
  older: 1,
};

const contentOf = (rule: RuleId): NotificationContent => {
  const definition = definitionOf(rule);
  if (definition.subject === 'socialAccount') return ACCOUNT;
  return definition.kind === 'digest' ? POSTS : { older: 3 };
};

const isDigest = (rule: RuleId): boolean => {
  const definition = definitionOf(rule);
  return definition.subject === 'approvalQueue' && definition.kind === 'digest';
};

const UNSUBSCRIBE = { unsubscribeUrl: 'https://notify.acme.example/v1/unsubscribe/sample' };

const VARIANTS: Readonly<Record<MailVariant, Pick<MessageModel, 'late' | 'escalation'>>> = {
  regular: {},
  late: { late: { slotAt: '2026-03-02T05:00:00.000Z', minutes: 180 } },
  unreachable: {
    escalation: {
      kind: 'unreachable',
      people: [
        { name: PERSON, isOwner: false, reason: 'opted-out' },
        { name: 'Jonas Brandt', isOwner: false, reason: 'not-active' },
      ],
      more: 1,
    },
  },
  undelivered: {
    escalation: {
      kind: 'undelivered',
      people: [
        {
          ...{ name: PERSON, isOwner: false, reason: 'rejected', address: 'ana@nordlicht.example' },
          reply: '550 5.1.1 <ana@nordlicht.example>: Recipient address rejected: User unknown',
        },
      ],
      more: 0,
    },
  },
  'sender-refused': {
    escalation: {
      kind: 'sender-refused',
      sender: SENDER.address,
      reply: '550 5.7.26 Unauthenticated email from acme.example is not accepted due to its DMARC policy.',
    },
  },
};

/**
 * What a mail of a rule says, with made-up data.
 * @param test whether it says that Herald runs on a test clock.
 * @throws HeraldError `notification-unknown`.
 */
export const sampleModel = (
  rule: RuleId,
  variant: MailVariant,
  locale: string,
  test: boolean,
): MessageModel => ({
  ...{ rule, locale, now: NOW, test },
  recipient: { name: PERSON },
  partner: { partnerId: 'nordlicht', name: 'Nordlicht Media GmbH', timeZone: 'Europe/Berlin' },
  solution: { name: SENDER.name, baseUrl: 'https://social.acme.example/' },
  ...contentOf(rule),
  ...(isDigest(rule) ? UNSUBSCRIBE : {}),
  ...VARIANTS[variant],
});

/** The message of a rendered sample. */
export const sampleMessage = (model: MessageModel, { parts, locale }: RenderedContent): Message => ({
  ...{ notificationId: '00000000-0000-4000-8000-000000000000', rule: model.rule, attempt: 1 },
  ...{ raisedAt: NOW, date: NOW, from: SENDER, parts, locale: locale.used },
  to: model.escalation
    ? { name: SENDER.name, address: 'escalation@acme.example' }
    : { name: PERSON, address: 'ana@nordlicht.example' },
  ...(model.unsubscribeUrl && !model.escalation
    ? { list: { solutionId: 'acme', unsubscribeUrl: model.unsubscribeUrl } }
    : {}),
});
