import type { ColorScheme } from '../../../application/ports/mail-format.js';

const STYLE = /<style\b[^>]*>[\s\S]*?<\/style>/g;
const META = /<meta name="(color-scheme|supported-color-schemes)" content="[^"]*"/g;

/**
 * The HTML of a mail as readers with this color scheme see it. Only style sheets and the head are changed: text from outside is
 * escaped, so that it is in neither.
 */
export const inColorScheme = (html: string, scheme: ColorScheme): string =>
  html.replace(STYLE, (style) => styleIn(style, scheme)).replace(META, `<meta name="$1" content="${scheme}"`);

const styleIn = (style: string, scheme: ColorScheme): string =>
  style
    .replaceAll('@media (prefers-color-scheme: dark)', scheme === 'dark' ? '@media all' : '@media not all')
    .replaceAll('color-schemes: light dark', `color-schemes: ${scheme}`)
    .replaceAll('color-scheme: light dark', `color-scheme: ${scheme}`);
