import type { MailTransport } from '../mail/mail.js';
import { OutboxTransport } from '../mail/outbox/outbox-transport.js';
import { smtpOptions } from '../mail/smtp/smtp-options.js';
import { SmtpTransport } from '../mail/smtp/smtp-transport.js';
import type { Config } from './config.js';

/** The transport to the mail server, or to the outbox folder. */
export const mailTransportOf = ({ HERALD_MAIL }: Config): MailTransport =>
  HERALD_MAIL.startsWith('outbox:')
    ? new OutboxTransport(HERALD_MAIL.slice('outbox:'.length))
    : new SmtpTransport(smtpOptions(HERALD_MAIL));
