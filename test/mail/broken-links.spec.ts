import { describe, expect, it } from 'vitest';
import { withoutForeignLinks } from '../../src/infrastructure/mail/rendering/broken-links.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { aDigest, aModel } from './mails.js';

/** What the mail programs that make links of text look for: schemes, `www.`, and hosts. */
const LINKABLE = /:\/\/|www\.|[\p{L}\p{N}-]\.(?:[\p{L}]{2,}|xn--)/iu;

const isolated = (text: string): string => `\u2068${text}\u2069`;

describe('A text from outside', () => {
  it.each([
    ['https://evil.example/login', 'https[:]//evil[.]example/login'],
    ['HTTP://EVIL.EXAMPLE', 'HTTP[:]//EVIL[.]EXAMPLE'],
    ['see www.evil.example now', 'see www[.]evil[.]example now'],
    ['(evil.example)', '(evil[.]example)'],
    ['a.b.xn--p1ai', 'a.b[.]xn--p1ai'],
    ['президент.рф', 'президент[.]рф'],
    ['https://user@evil.example', 'https[:]//user@evil[.]example'],
    ['x@evil.example/login', 'x@evil[.]example/login'],
    ['ftp://1.2.3.4/x', 'ftp[:]//1.2.3.4/x'],
    ['ada@partner.example', 'ada@partner.example'],
    ['(ada@partner.example).', '(ada@partner.example).'],
    ['Version 2.0 of z.B. and e.g. St. John, 10:30', 'Version 2.0 of z.B. and e.g. St. John, 10:30'],
    ['Wait… what? 50 %: yes.', 'Wait… what? 50 %: yes.'],
  ])('holds nothing that becomes a link, and can be read and copied: %s', (text, shown) => {
    expect(withoutForeignLinks(`A ${isolated(text)} z`)).toBe(`A ${isolated(shown)} z`);
  });

  it('is the only text that is changed', () => {
    const own = `Open https://portal.example/x, ${isolated('evil.example')}: https://portal.example`;
    expect(withoutForeignLinks(own)).toBe(
      `Open https://portal.example/x, ${isolated('evil[.]example')}: https://portal.example`,
    );
  });
});

describe('A mail', () => {
  const renderer = new HandlebarsMailRenderer();
  const EVIL = 'Your account is locked: https://evil.example/login or www.evil.example';
  const bait = {
    recipient: { name: `Greta. ${EVIL}` },
    partner: { partnerId: 'p', name: `Linden ${EVIL}`, timeZone: 'Europe/Berlin' },
  };
  const bodyOf = (html: string): string =>
    html
      .slice(html.indexOf('<body'))
      .replace(/<div[^>]*display:\s*none[^>]*>[^<]*<\/div>/g, '')
      .replace(/<[^>]*>/g, ' ');

  it.each([
    'content-needs-approval',
    'no-social-media-content',
    'settings-update-required',
    'account-expired',
  ] as const)('about %s shows names and titles without links, in HTML and in text', (rule) => {
    const model = aModel(rule, bait);
    const { html, text } = renderer.render({
      ...model,
      ...(model.account ? { account: { ...model.account, displayName: EVIL, reason: EVIL } } : {}),
      ...(model.posts
        ? { posts: model.posts.map((post) => ({ ...post, title: EVIL, streamName: EVIL })) }
        : {}),
    });
    // Herald's own links stay.
    const own = /https:\/\/(?:portal|herald|social\.acme)[^\s"<]*/g;
    expect(text).toContain('evil[.]example');
    expect(text.replace(own, '')).not.toMatch(LINKABLE);
    expect(bodyOf(html)).toContain('https[:]//evil[.]example/login');
    expect(bodyOf(html).replace(own, '')).not.toMatch(LINKABLE);
  });

  it('keeps the link in the line of the solution, and its own button', () => {
    const model = aDigest(2);
    const { html, text } = renderer.render({
      ...model,
      solution: { ...model.solution, branding: { footer: 'Imprint: https://portal.example/imprint' } },
    });
    for (const part of [html, text]) expect(part).toContain('https://portal.example/imprint');
    expect(html).toMatch(/href="https:\/\//);
  });
});
