import { createHash } from 'node:crypto';
import type { SubscriptionState } from '../../../application/subscriptions/subscriptions.js';
import { chooseLocale } from '../../mail/rendering/locales/choose-locale.js';
import { preferredTexts, type UnsubscribeTexts, unsubscribeTexts } from './unsubscribe-texts.js';

/** What a page answers: the link was opened, or a button on the page was pressed. */
export type UnsubscribeStep = 'opened' | 'unsubscribe' | 'subscribe';

interface Shown {
  /** What holds now, and not what was asked for. */
  readonly state: SubscriptionState;
  readonly step: UnsubscribeStep;
  /** The last part of the link: letters, digits, `-`, `_` and `.` only. */
  readonly token: string;
  readonly test: boolean;
}

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}';

/** What a page for recipients may do: show its own style, and post its form to where it came from. */
export const PAGE_POLICY = [
  ...["default-src 'none'", `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`],
  ...["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"],
].join(';');

/** The unsubscribe page in the recipient's language. It contains no text from outside. */
export const unsubscribePage = ({ state, step, token, test }: Shown): string => {
  const texts = unsubscribeTexts(chooseLocale(state.locale).catalogue.language);
  const [heading, ...content] = contentOf(state, step, token, texts);
  return page(texts, [
    ...(test ? [`<p><strong>${escaped(texts.test)}</strong></p>`] : []),
    `<h1>${escaped(heading)}</h1>`,
    ...content,
  ]);
};

/**
 * The page for somebody whose request cannot be answered: most often their link is damaged.
 * @param languages as the browser asks for them: `Accept-Language`.
 * @returns undefined for a status that no person causes.
 */
export const failurePage = (status: number, languages: string | undefined): string | undefined => {
  const texts = preferredTexts(languages);
  const says = failureOf(status, texts);
  return says && page(texts, [`<h1>${escaped(says.heading)}</h1>`, paragraph(says.next)]);
};

const failureOf = (status: number, { failure }: UnsubscribeTexts) => {
  if (status === 429) return failure.tooMany;
  if (status >= 500) return failure.unavailable;
  return status === 400 || status === 404 ? failure.damaged : undefined;
};

const page = (texts: UnsubscribeTexts, content: readonly string[]): string => `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(texts.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${content.join('\n')}
</main>
</body>
</html>
`;

const contentOf = (
  { frequency, isUser }: SubscriptionState,
  step: UnsubscribeStep,
  token: string,
  { ask, again, frequency: frequencies, ...texts }: UnsubscribeTexts,
): readonly [heading: string, ...html: string[]] => {
  // Relative: a proxy may publish the page under a path of its own.
  const stop = button(ask.action, step === 'subscribe' ? `../${token}` : undefined);
  const resume = button(again.action, step === 'subscribe' ? undefined : `${token}/subscribe`);
  if (frequency === 'off')
    return [
      step === 'unsubscribe' ? texts.unsubscribed : texts.notSubscribed,
      paragraph(texts.noMore),
      ...(isUser ? [resume, paragraph(again.settings)] : []),
    ];
  if (step === 'subscribe')
    return [again.done, paragraph(`${frequencies[frequency]} ${again.settings}`), stop];
  return [ask.heading, paragraph(`${ask.stop} ${frequencies[frequency]}`), stop];
};

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

/** A button that posts to a path, or to the page's own. */
const button = (label: string, path?: string): string =>
  `<form method="post"${path ? ` action="${path}"` : ''}><button type="submit">${escaped(label)}</button></form>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
