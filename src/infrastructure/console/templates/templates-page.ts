import type { MailTemplate } from '../../../application/mails/list-templates.js';
import { RULE_IDS } from '../../../domain/rules/notifications.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { words } from '../kit/words.js';
import { languageName } from './language-name.js';

interface VariantRow {
  readonly label: string;
  readonly href: string;
  readonly subject: string;
  readonly says: string;
}

interface RuleSection {
  readonly id: string;
  readonly title: string;
  readonly href: string;
  readonly template: string;
  readonly languages: string;
  readonly variants: readonly VariantRow[];
}

/** What the view `templates` shows. */
export interface TemplatesPage extends PageModel {
  readonly rules: readonly RuleSection[];
}

/** The page of all mails that Herald can send. */
export const templatesPage = (templates: readonly MailTemplate[]): TemplatesPage => ({
  title: 'Templates',
  rules: RULE_IDS.flatMap((id) => sectionOf(templates.filter(({ rule }) => rule === id))),
});

const sectionOf = (variants: readonly MailTemplate[]): readonly RuleSection[] => {
  const [first] = variants;
  if (!first) return [];
  const { rule, title, template, locales } = first;
  const path = at('templates', rule);
  return [
    {
      ...{ id: rule, title: words(title), href: path, template },
      languages: locales.map(languageName).join(', '),
      variants: variants.map(({ variant, subject, says }) => ({
        ...{ label: words(variant), subject, says },
        href: href(path, { variant }),
      })),
    },
  ];
};
