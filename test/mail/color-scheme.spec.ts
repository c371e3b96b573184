import { expect, it } from 'vitest';
import { inColorScheme } from '../../src/infrastructure/mail/rendering/color-scheme.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { aDigest } from './mails.js';

const TITLE = '@media (prefers-color-scheme: dark) { } color-scheme: light dark';
const { html } = new HandlebarsMailRenderer().render(
  aDigest(1, { recipient: { name: TITLE }, partner: { ...aDigest(1).partner, name: TITLE } }),
);

it.each([
  ['dark', '@media all {'],
  ['light', '@media not all {'],
] as const)('A mail in the scheme %s has its colors everywhere, and the same text', (scheme, media) => {
  const shown = inColorScheme(html, scheme);
  const style = /<style type="text\/css">\s*:root[\s\S]*?<\/style>/.exec(shown)?.[0] ?? '';
  expect(style).toContain(media);
  expect(style).toContain(`:root { color-scheme: ${scheme}; supported-color-schemes: ${scheme}; }`);
  expect(style).not.toContain('prefers-color-scheme');
  expect(shown).toContain(`<meta name="color-scheme" content="${scheme}" />`);
  const body = (mail: string) => mail.slice(mail.indexOf('<body'));
  expect(body(shown)).toBe(body(html));
  expect(body(shown)).toContain('@media (prefers-color-scheme: dark)');
});
