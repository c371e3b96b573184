import type { MailTemplate } from '../../../application/mails/list-templates.js';
import { COLOR_SCHEMES, MAIL_PARTS } from '../../../application/ports/mail-format.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { optionsOf, words } from '../kit/words.js';
import { languageName } from './language-name.js';
import { type TemplateFilters, WIDTHS } from './template-query.js';

type Options = ReturnType<typeof optionsOf>;

interface Frame {
  readonly label: string;
  readonly src: string;
  readonly scheme: string;
}

/** What the view `template` shows. */
export interface TemplatePage extends PageModel {
  readonly path: string;
  readonly template: string;
  /** When the variant is sent; undefined for a notification. */
  readonly says: string | undefined;
  /** The notification whose data are shown. */
  readonly notification: { readonly id: string; readonly href: string } | undefined;
  /** Where notifications with such a mail are found. */
  readonly findHref: string;
  readonly variants: Options | undefined;
  readonly locales: Options;
  readonly parts: Options;
  readonly schemes: Options;
  readonly widths: Options;
  readonly width: string;
  readonly frames: readonly Frame[] | undefined;
  /** The text or the source. */
  readonly text: string | undefined;
}

interface Found {
  /** The mail in all its variants. */
  readonly variants: readonly [MailTemplate, ...MailTemplate[]];
  /** The part, if it is not the HTML. */
  readonly text: string | undefined;
}

/** The page of one mail, as the filters ask for it. */
export const templatePage = (filters: TemplateFilters, { variants, text }: Found): TemplatePage => {
  const { notification, part, scheme, width, locale } = filters;
  const variant = 'variant' in filters ? filters.variant : undefined;
  const [{ rule, title, template, locales }] = variants;
  const path = at('templates', rule);
  return {
    ...{ title: words(title), path, template, width, text },
    says: variants.find((one) => one.variant === variant)?.says,
    notification:
      notification === undefined ? undefined : { id: notification, href: at('notifications', notification) },
    findHref: href(at('history'), { rule, decision: 'raised' }),
    variants:
      notification === undefined
        ? optionsOf(
            variants.map((one) => one.variant),
            variant,
          )
        : undefined,
    locales: localeOptions(locales, locale, notification !== undefined),
    parts: labelled(MAIL_PARTS, part, (one) => (one === 'html' ? 'HTML' : words(one))),
    schemes: [option('', 'Light and dark', scheme === undefined), ...optionsOf(COLOR_SCHEMES, scheme)],
    widths: labelled(WIDTHS, width, (one) => `${one} px`),
    frames:
      part === 'html'
        ? (scheme === undefined ? COLOR_SCHEMES : [scheme]).map((one) => ({
            ...{ scheme: one, label: `${words(one)}, ${width} px` },
            src: href(`${path}/preview`, { locale, variant, notification, scheme: one }),
          }))
        : undefined,
  };
};

/** A language that Herald has no texts in can be asked for, too. */
const localeOptions = (
  locales: readonly string[],
  current: string | undefined,
  isOfNotification: boolean,
): Options => {
  const all = current === undefined || locales.includes(current) ? locales : [...locales, current];
  return [
    ...(isOfNotification ? [option('', 'As it was sent', current === undefined)] : []),
    ...labelled(all, current, languageName),
  ];
};

const labelled = (
  values: readonly string[],
  current: string | undefined,
  labelOf: (value: string) => string,
): Options => values.map((value) => option(value, labelOf(value), value === current));

const option = (value: string, label: string, isSelected: boolean): Options[number] => ({
  value,
  label,
  isSelected,
});
