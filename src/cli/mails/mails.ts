import type { OutboxMail } from '../../application/mails/list-outbox.js';
import type { MailTemplate } from '../../application/mails/list-templates.js';
import type { MailPart } from '../../application/ports/mail-format.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';
import { print } from '../terminal/terminal.js';

export interface MailOptions {
  readonly url: string;
  readonly part: MailPart;
  readonly scheme?: string;
}

export interface PreviewOptions extends MailOptions {
  readonly locale?: string;
  readonly variant?: string;
  readonly notification?: string;
}

interface ListOptions {
  readonly url: string;
  readonly json?: boolean;
}

export interface OutboxOptions extends ListOptions {
  /** How many are shown; all of them with `all`. */
  readonly limit: string;
}

/** Prints the mail of a notification. @returns the exit code 0. */
export async function mail(id: string, { url, ...view }: MailOptions): Promise<number> {
  return show(url, `/v1/notifications/${encodeURIComponent(id)}/mail`, view);
}

/** Lists every mail that Herald can send. @returns the exit code 0. */
export async function templates({ url, json }: ListOptions): Promise<number> {
  const items = new HeraldClient(url).items<MailTemplate>('/v1/templates');
  await printItems(items, { json, lineOf: templateLine });
  return 0;
}

/** Prints a mail as the templates make it. @returns the exit code 0. */
export async function preview(rule: string, { url, ...asked }: PreviewOptions): Promise<number> {
  return show(url, `/v1/templates/${encodeURIComponent(rule)}/preview`, asked);
}

/** Lists the mails in the outbox folder. @returns the exit code 0. */
export async function outbox({ url, json, limit }: OutboxOptions): Promise<number> {
  const items = new HeraldClient(url).items<OutboxMail>('/v1/outbox', limit);
  await printItems(items, { json, lineOf: outboxLine });
  return 0;
}

/** Prints a mail in the outbox folder. @returns the exit code 0. */
export async function outboxMail(file: string, { url, ...view }: MailOptions): Promise<number> {
  return show(url, `/v1/outbox/${encodeURIComponent(file)}`, view);
}

const MEDIA_TYPES = { html: 'text/html', text: 'text/plain', source: 'message/rfc822' } as const;

const show = async (url: string, path: string, asked: Omit<MailOptions, 'url'>): Promise<number> => {
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const mail = await new HeraldClient(url).text(
    `${path}?${new URLSearchParams(given)}`,
    MEDIA_TYPES[asked.part],
  );
  print(mail);
  return 0;
};

const templateLine = ({ rule, variant, locales, subject }: MailTemplate): string =>
  `${rule}  ${variant}  ${locales.join(', ')}  ${subject}`;

const outboxLine = ({ sentAt, to, subject, file }: OutboxMail): string =>
  `${sentAt}  ${to.name} <${to.address}>  ${subject}  ${file}`;
