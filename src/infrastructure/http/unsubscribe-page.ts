import type { SubscriptionState } from '../../application/subscriptions/subscriptions.js';
import { chooseLocale } from '../mail/rendering/locales/choose-locale.js';
import { type UnsubscribeTexts, unsubscribeTexts } from './unsubscribe-texts.js';

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

/** The unsubscribe page in the recipient's language. It contains no text from outside. */
export const unsubscribePage = ({ state, step, token, test }: Shown): string => {
  const texts = unsubscribeTexts(chooseLocale(state.locale).catalogue.language);
  const [heading, ...content] = contentOf(state, step, token, texts);
  return `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(texts.title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>
</head>
<body>
<main>
${test ? `<p><strong>${escaped(texts.test)}</strong></p>\n` : ''}<h1>${escaped(heading)}</h1>
${content.join('\n')}
</main>
</body>
</html>
`;
};

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
