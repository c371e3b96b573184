import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type MailModel, MailRenderer, type RenderedMail } from '../../application/delivery/mail.js';
import { RULES, type RuleId } from '../../domain/rules/shared/rule-id.js';
import { FormatsCache } from './formats.js';
import { chooseLocale } from './locales/choose-locale.js';
import { type MailView, mailView } from './mail-view.js';

// Raised with every change of a template or of its texts: the log says which version a mail came from.
const VERSIONS: Readonly<Record<RuleId, number>> = {
  'content-needs-approval': 2,
  'no-social-media-content': 2,
  'settings-update-required': 2,
  'account-expired': 2,
};

const PARTIALS = ['top', 'account', 'bottom'];

interface Template {
  readonly html: (view: MailView) => string;
  readonly text: (view: MailView) => string;
}

// the same folder beside this file in src and, copied by the build, in dist
const read = (file: string): string => readFileSync(new URL(`./templates/${file}`, import.meta.url), 'utf8');

/** Renders mails from the templates beside it: MJML compiled at build for HTML, Handlebars for text. */
export class HandlebarsMailRenderer extends MailRenderer {
  private readonly templates: ReadonlyMap<RuleId, Template>;
  private readonly formats = new FormatsCache();

  /** Reads all templates, so that a missing one shows at start. */
  constructor() {
    super();
    const handlebars = Handlebars.create();
    for (const name of PARTIALS) handlebars.registerPartial(name, read(`partials/${name}.txt.hbs`));
    this.templates = new Map(
      RULES.map((rule) => [
        rule,
        {
          html: handlebars.compile<MailView>(read(`compiled/${rule}.html.hbs`)),
          text: handlebars.compile<MailView>(read(`${rule}.txt.hbs`), { noEscape: true }),
        },
      ]),
    );
  }

  /** @throws HeraldError `mail-incomplete` when the model lacks what its rule speaks about. */
  override render(model: MailModel): RenderedMail {
    const { catalogue, formats } = chooseLocale(model.locale);
    const view = mailView(model, catalogue, this.formats.get(formats, model.partner.timeZone));
    const template = this.templates.get(model.rule) as Template;
    const { subject } = view;
    const html = template.html(view);
    const text = template.text(view);
    return {
      subject,
      html,
      text,
      locale: { requested: model.locale, used: catalogue.language },
      template: `${model.rule}@${VERSIONS[model.rule]}`,
      contentHash: createHash('sha256')
        .update(JSON.stringify([subject, html, text]))
        .digest('hex'),
    };
  }
}
