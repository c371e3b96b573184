import type { Outbox } from '../../application/ports/outbox.js';
import type { MailTransport } from '../mail/mail.js';
import { OutboxFolder } from '../mail/outbox/outbox-folder.js';
import { OutboxTransport } from '../mail/outbox/outbox-transport.js';
import { smtpOptions } from '../mail/smtp/smtp-options.js';
import { SmtpTransport } from '../mail/smtp/smtp-transport.js';
import { hasSmtpThread, SmtpThread } from '../mail/smtp-thread/smtp-thread.js';
import type { Config } from './config.js';

const OUTBOX = 'outbox:';

/** The folder in a setting that names one; undefined for a mail server. */
const folderOf = (mail: string): string | undefined =>
  mail.startsWith(OUTBOX) ? mail.slice(OUTBOX.length) : undefined;

/** The transport to the mail server, or to the outbox folder. */
export const mailTransportOf = ({ HERALD_MAIL }: Config): MailTransport => {
  const folder = folderOf(HERALD_MAIL);
  if (folder !== undefined) return new OutboxTransport(folder);
  const options = smtpOptions(HERALD_MAIL);
  return hasSmtpThread() ? new SmtpThread(options) : new SmtpTransport(options);
};

/** @throws HeraldError `mail-configuration` for a mail server that cannot be used as it is written. */
export const requireMailSettings = ({ HERALD_MAIL }: Pick<Config, 'HERALD_MAIL'>): void => {
  if (folderOf(HERALD_MAIL) === undefined) smtpOptions(HERALD_MAIL);
};

/** What is in the outbox folder; undefined if mails go to a mail server. */
export const outboxOf = ({ HERALD_MAIL }: Pick<Config, 'HERALD_MAIL'>): Outbox | undefined => {
  const folder = folderOf(HERALD_MAIL);
  return folder === undefined ? undefined : new OutboxFolder(folder);
};
