import type { MessageModel } from '../../../application/ports/channel.js';
import { MAX_PREHEADER } from '../../../domain/bounds.js';
import { withoutForeignLinks } from './broken-links.js';
import { type Colors, colorsOf } from './colors.js';
import { type EscalationParts, escalationMail } from './escalation-mail.js';
import { asPlain, foreign, shortened } from './isolates.js';
import { actionUrl, secureUrl, webUrl } from './links.js';
import type { MailParts, Words } from './mail-parts.js';
import { mapTexts } from './map-texts.js';
import type { NotificationMail } from './notification-mails.js';

/**
 * The values of a template: finished texts with isolated external values, not yet escaped. An empty text is omitted from the
 * mail. Subject and preheader are plain text also in HTML: no client shows elements there.
 */
export interface MailView extends MailParts, Partial<EscalationParts> {
  readonly lang: string;
  readonly dir: string;
  readonly solution: string;
  /** The solution's name in an attribute, where no element can stand. */
  readonly alt: string;
  /** The URL of the solution's logo. */
  readonly logo: string;
  readonly colors: Colors;
  /** The solution's own line at the end. */
  readonly imprint: string;
  readonly greeting: string;
  readonly test: string;
  readonly late: string;
  readonly url: string;
  readonly unsubscribe?: { readonly url: string; readonly label: string };
}

/**
 * The finished texts of a mail.
 * @throws HeraldError `mail-incomplete` when the model lacks what its notification needs.
 */
export const mailView = (model: MessageModel, { view }: NotificationMail, words: Words): MailView => {
  const { escalation } = model;
  const { branding } = model.solution;
  const { text, formats } = words;
  const ofPartner = view(model, words);
  const own = escalation ? escalationMail(ofPartner, escalation, model, words) : ofPartner;
  const unsubscribe = escalation ? '' : webUrl(model.unsubscribeUrl);
  const shown: MailView = {
    ...own,
    subject: `${model.test ? text.testPrefix : ''}${asPlain(own.subject)}`,
    preheader: shortened(asPlain(own.preheader), MAX_PREHEADER),
    lang: text.language,
    dir: text.direction,
    solution: foreign(model.solution.name),
    alt: asPlain(foreign(model.solution.name)),
    logo: secureUrl(branding?.logoUrl),
    colors: colorsOf(branding?.color),
    imprint: foreign(branding?.footer ?? ''),
    greeting: escalation ? text.escalation.greeting : text.greeting(foreign(model.recipient.name)),
    test: model.test ? text.test : '',
    // the escalation contact learns that something is wrong anyway
    late:
      model.late && !escalation
        ? text.late(formats.duration(model.late.minutes), formats.dateTime(model.late.slotAt))
        : '',
    url: actionUrl(model),
    ...(unsubscribe && { unsubscribe: { url: unsubscribe, label: text.unsubscribe } }),
  };
  // The solution's own line may lead to its imprint. No program makes links of a subject.
  const { subject, imprint } = shown;
  return { ...(mapTexts(shown, withoutForeignLinks) as MailView), subject, imprint };
};
