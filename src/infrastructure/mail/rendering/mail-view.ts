import type { MessageModel } from '../../../application/ports/channel.js';
import type { Formats } from './formats.js';
import type { Catalogue } from './locales/catalogue.js';
import type { MailParts } from './mail-parts.js';
import type { NotificationMail } from './notification-mails.js';
import { oneLine } from './sanitize.js';

/** The values of a template: finished texts, not yet escaped. An empty text is omitted from the mail. */
export interface MailView extends MailParts {
  readonly lang: string;
  readonly solution: string;
  readonly greeting: string;
  readonly test: string;
  readonly late: string;
  readonly escalation: string;
  readonly url: string;
  readonly unsubscribe?: { readonly url: string; readonly label: string };
}

// any other scheme, such as javascript:, never becomes a link
const webUrl = (url: string | undefined): string =>
  url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : '';

/**
 * The finished texts of a mail.
 * @throws HeraldError `mail-incomplete` when the model lacks what its notification needs.
 */
export const mailView = (
  model: MessageModel,
  { view }: NotificationMail,
  text: Catalogue,
  formats: Formats,
): MailView => {
  const own = view(model, { text, formats });
  const unsubscribe = webUrl(model.unsubscribeUrl);
  return {
    ...own,
    subject: `${model.test ? text.testPrefix : ''}${own.subject}`,
    lang: text.language,
    solution: oneLine(model.solution.name),
    greeting: text.greeting(oneLine(model.recipient.name)),
    test: model.test ? text.test : '',
    late: model.late
      ? text.late(formats.duration(model.late.minutes), formats.dateTime(model.late.slotAt))
      : '',
    escalation: model.escalation ? text.escalation(oneLine(model.partner.name)) : '',
    // the notification's footer speaks to the partner's people
    footer: model.escalation ? '' : own.footer,
    url: webUrl(model.solution.baseUrl),
    ...(unsubscribe && { unsubscribe: { url: unsubscribe, label: text.unsubscribe } }),
  };
};
