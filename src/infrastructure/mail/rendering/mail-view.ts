import type { MessageModel } from '../../../application/ports/channel.js';
import { MAX_PREHEADER } from '../../../domain/bounds.js';
import { type EscalationParts, escalationMail } from './escalation-mail.js';
import type { Formats } from './formats.js';
import { asPlain, foreign, shortened } from './isolates.js';
import type { Catalogue } from './locales/catalogue.js';
import type { MailParts } from './mail-parts.js';
import type { NotificationMail } from './notification-mails.js';

/**
 * The values of a template: finished texts with isolated external values, not yet escaped. An empty text is omitted from the
 * mail. Subject and preheader are plain text also in HTML: no client shows elements there.
 */
export interface MailView extends MailParts, Partial<EscalationParts> {
  readonly lang: string;
  readonly dir: string;
  readonly solution: string;
  readonly greeting: string;
  readonly test: string;
  readonly late: string;
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
  const { escalation } = model;
  const words = { text, formats };
  const ofPartner = view(model, words);
  const own = escalation ? escalationMail(ofPartner, escalation, model, words) : ofPartner;
  const unsubscribe = webUrl(model.unsubscribeUrl);
  return {
    ...own,
    subject: `${model.test ? text.testPrefix : ''}${asPlain(own.subject)}`,
    preheader: shortened(asPlain(own.preheader), MAX_PREHEADER),
    lang: text.language,
    dir: text.direction,
    solution: foreign(model.solution.name),
    greeting: escalation ? text.escalation.greeting : text.greeting(foreign(model.recipient.name)),
    test: model.test ? text.test : '',
    // the escalation contact learns that something is wrong anyway
    late:
      model.late && !escalation
        ? text.late(formats.duration(model.late.minutes), formats.dateTime(model.late.slotAt))
        : '',
    url: webUrl(model.solution.baseUrl),
    ...(unsubscribe && { unsubscribe: { url: unsubscribe, label: text.unsubscribe } }),
  };
};
