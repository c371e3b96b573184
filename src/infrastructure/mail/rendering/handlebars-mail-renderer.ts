import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { boundedCache } from '../../../application/caches/bounded-cache.js';
import type { MessageModel } from '../../../application/ports/channel.js';
import { MAX_FORMATS, MAX_MAIL_BYTES } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import { MailRenderer, type RenderedMail } from '../mail.js';
import { fitsInto } from '../transfer-encoding.js';
import { everSmaller } from './fitting.js';
import { FormatsCache } from './formats.js';
import { asBdi, asPlain } from './isolates.js';
import { type ChosenLocale, chooseLocale } from './locales/choose-locale.js';
import type { Words } from './mail-parts.js';
import { type MailView, mailView } from './mail-view.js';
import { mapTexts } from './map-texts.js';
import { LAYOUTS, NOTIFICATION_MAILS, type NotificationMail } from './notification-mails.js';

const PARTIALS = ['top', 'account', 'bottom'];

const MAILS: ReadonlyMap<RuleId, NotificationMail> = new Map(Object.entries(NOTIFICATION_MAILS));

type Parts = Pick<RenderedMail, 'subject' | 'html' | 'text'>;

/** Room for the headers of a mail, in bytes: a long subject in base64, names, and the unsubscribe link. */
const HEADER_BYTES = 6_000;

interface Template {
  readonly html: (view: object) => string;
  readonly text: (view: MailView) => string;
}

// the same folder beside this file in src and, copied by the build, in dist
const read = (file: string): string => readFileSync(new URL(`./templates/${file}`, import.meta.url), 'utf8');

/** A text of the view escaped for HTML, with external values in `bdi` elements. Templates ask whether a text is empty. */
const asHtml = (text: string): Handlebars.SafeString | '' =>
  text === '' ? '' : new Handlebars.SafeString(asBdi(Handlebars.Utils.escapeExpression(text)));

/** Renders mails from the templates beside it: MJML compiled at build for HTML, Handlebars for text. */
export class HandlebarsMailRenderer extends MailRenderer {
  private readonly templates: ReadonlyMap<(typeof LAYOUTS)[number], Template>;
  private readonly formats = new FormatsCache();
  // Reading a language tag takes longer than a text of it.
  readonly #locales = boundedCache<ChosenLocale>(MAX_FORMATS);

  /** Reads all templates, so that a missing one is noticed at startup. */
  constructor() {
    super();
    const handlebars = Handlebars.create();
    for (const name of PARTIALS) handlebars.registerPartial(name, read(`partials/${name}.txt.hbs`));
    this.templates = new Map(
      LAYOUTS.map((layout) => [
        layout,
        {
          html: handlebars.compile(read(`compiled/${layout}.html.hbs`)),
          text: handlebars.compile<MailView>(read(`${layout}.txt.hbs`), { noEscape: true }),
        },
      ]),
    );
  }

  /**
   * @throws HeraldError `mail-incomplete` when the model lacks what its notification needs; `notification-unknown` if the
   * notification has no mail.
   */
  override render(model: MessageModel): RenderedMail {
    const mail = MAILS.get(model.rule);
    if (!mail) throw new HeraldError('notification-unknown', `There is no mail for ${model.rule}.`, 'rule');
    const { catalogue, formats } = this.#chosen(model.locale);
    const words = {
      text: catalogue,
      formats: this.formats.get(formats, model.partner.timeZone, catalogue.moments),
    };
    const { subject, html, text } = this.#fitting(model, mail, words);
    return {
      subject,
      html,
      text,
      locale: { requested: model.locale, used: catalogue.language },
      template: `${model.rule}@${mail.version}`,
      contentHash: createHash('sha256')
        .update(JSON.stringify([subject, html, text]))
        .digest('hex'),
    };
  }

  #chosen(locale: string): ChosenLocale {
    let chosen = this.#locales.get(locale);
    if (!chosen) {
      chosen = chooseLocale(locale);
      this.#locales.set(locale, chosen);
    }
    return chosen;
  }

  /** The parts of the mail, or of the largest smaller one that is not too large. */
  #fitting(model: MessageModel, mail: NotificationMail, words: Words): Parts {
    let parts: Parts | undefined;
    for (const smaller of everSmaller(model)) {
      parts = this.#parts(smaller, mail, words);
      if (fitsInto(MAX_MAIL_BYTES - HEADER_BYTES, parts.html, parts.text)) break;
    }
    return parts as Parts;
  }

  #parts(model: MessageModel, mail: NotificationMail, words: Words): Parts {
    const view = mailView(model, mail, words);
    const template = this.templates.get(model.escalation ? 'escalation' : mail.layout) as Template;
    const { subject, preheader, alt } = view;
    const html = template.html({ ...(mapTexts(view, asHtml) as object), subject, preheader, alt });
    return { subject, html, text: asPlain(template.text(view)) };
  }
}
