import type { MessageModel } from '../../src/application/ports/channel.js';
import { definitionOf } from '../../src/domain/rules/notifications.js';
import type { RuleId } from '../../src/domain/rules/shared/rule-id.js';
import type { Mail } from '../../src/infrastructure/mail/mail.js';
import { type SmtpTimeouts, smtpOptions } from '../../src/infrastructure/mail/smtp/smtp-options.js';
import { SmtpTransport } from '../../src/infrastructure/mail/smtp/smtp-transport.js';

/** A mail ready to be sent; `changes` say what the test is about. */
export const aMail = (changes: Partial<Mail> = {}): Mail => ({
  notificationId: '0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d',
  rule: 'account-expired',
  attempt: 1,
  raisedAt: '2026-03-02T08:00:00.000Z',
  date: '2026-03-02T08:00:00.000Z',
  from: { name: 'Acme Partner Social', address: 'no-reply@acme.example' },
  to: { name: 'Ana Sørensen', address: 'ana@partner.example' },
  subject: 'Authorisation has ended',
  html: '<p>Grüße</p>',
  text: 'Grüße',
  locale: 'en',
  ...changes,
});

const ACCOUNT = {
  accountId: 'nordlicht-linkedin',
  displayName: 'Nordlicht',
  network: 'linkedin',
  kind: 'company',
  authorisationExpiresAt: '2026-03-14T08:00:00.000Z',
  endedAt: '2026-03-01T22:10:00.000Z',
} as const;

/** What a mail of a rule says; `changes` say what the test is about. */
export const aModel = (rule: RuleId, changes: Partial<MessageModel> = {}): MessageModel => ({
  rule,
  locale: 'en',
  now: '2026-03-02T08:00:00.000Z',
  recipient: { name: 'Ana Sørensen' },
  partner: { partnerId: 'nordlicht', name: 'Nordlicht Media GmbH', timeZone: 'Europe/Berlin' },
  solution: { name: 'Acme Partner Social', baseUrl: 'https://social.acme.example/' },
  test: false,
  ...(definitionOf(rule).subject === 'socialAccount' && { account: ACCOUNT }),
  ...changes,
});

/** A digest's model with so many posts. */
export const aDigest = (posts: number, changes: Partial<MessageModel> = {}): MessageModel =>
  aModel('content-needs-approval', {
    posts: Array.from({ length: posts }, (_, i) => ({
      postId: `post-${i + 1}`,
      title: `Post ${i + 1}`,
      streamName: 'Spring campaign',
      network: 'linkedin',
      publishAt: '2026-03-04T09:30:00.000Z',
    })),
    ...changes,
  });

/** The attempt may start. */
export const MAY_START = async (): Promise<boolean> => true;

const every = (millis: number): SmtpTimeouts => ({
  ...{ connect: millis, greeting: millis, command: millis, data: millis, body: millis, confirmation: millis },
  idle: 60_000,
});

/** Longer than a busy machine keeps a server from answering. */
export const PATIENT = every(20_000);
const SHORT = every(300);

/** A transport to a server on this machine that loses patience quickly. Default of the timeouts: 300 ms of silence. */
export const smtpTo = (port: number, lanes = 1, timeouts: Partial<SmtpTimeouts> = {}): SmtpTransport =>
  new SmtpTransport(smtpOptions(`smtp://127.0.0.1:${port}?lanes=${lanes}`, { ...SHORT, ...timeouts }));
