import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { MessageModel } from '../../../application/ports/channel.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import { MailRenderer, type RenderedMail } from '../mail.js';
import { FormatsCache } from './formats.js';
import { chooseLocale } from './locales/choose-locale.js';
import { type MailView, mailView } from './mail-view.js';
import { LAYOUTS, NOTIFICATION_MAILS, type NotificationMail } from './notification-mails.js';

const PARTIALS = ['top', 'account', 'bottom'];

const MAILS: ReadonlyMap<RuleId, NotificationMail> = new Map(Object.entries(NOTIFICATION_MAILS));

interface Template {
  readonly html: (view: MailView) => string;
  readonly text: (view: MailView) => string;
}

// the same folder beside this file in src and, copied by the build, in dist
const read = (file: string): string => readFileSync(new URL(`./templates/${file}`, import.meta.url), 'utf8');

/** Renders mails from the templates beside it: MJML compiled at build for HTML, Handlebars for text. */
export class HandlebarsMailRenderer extends MailRenderer {
  private readonly templates: ReadonlyMap<NotificationMail['layout'], Template>;
  private readonly formats = new FormatsCache();

  /** Reads all templates, so that a missing one is noticed at startup. */
  constructor() {
    super();
    const handlebars = Handlebars.create();
    for (const name of PARTIALS) handlebars.registerPartial(name, read(`partials/${name}.txt.hbs`));
    this.templates = new Map(
      LAYOUTS.map((layout) => [
        layout,
        {
          html: handlebars.compile<MailView>(read(`compiled/${layout}.html.hbs`)),
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
    const { catalogue, formats } = chooseLocale(model.locale);
    const view = mailView(model, mail, catalogue, this.formats.get(formats, model.partner.timeZone));
    const template = this.templates.get(mail.layout) as Template;
    const { subject } = view;
    const html = template.html(view);
    const text = template.text(view);
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
}
