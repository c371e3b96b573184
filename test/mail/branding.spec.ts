import { describe, expect, it } from 'vitest';
import type { MessageModel } from '../../src/application/ports/channel.js';
import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import { contrastWithWhite, MIN_CONTRAST } from '../../src/domain/solution/contrast.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { aDigest, aModel } from './mails.js';

const renderer = new HandlebarsMailRenderer();
const OWN_COLOR = '#1d4ed8';

const branded = (changes: Partial<MessageModel['solution']> = {}): MessageModel['solution'] => ({
  name: 'Acme Partner Social',
  baseUrl: 'https://social.acme.example/',
  branding: {
    logoUrl: 'https://cdn.acme.example/logo.png?v=2&s=1',
    color: '#7c2d12',
    footer: 'Acme GmbH, Hafenstr. 12, 20457 Hamburg',
  },
  ...changes,
});

const hrefs = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url ?? '');

describe.each(RULE_IDS)('a mail of %s', (rule) => {
  it('has the logo, the color and the line of its solution', () => {
    const { html, text } = renderer.render(aModel(rule, { solution: branded() }));
    expect(html).toContain(
      '<img src="https://cdn.acme.example/logo.png?v&#x3D;2&amp;s&#x3D;1" alt="Acme Partner Social"',
    );
    expect(html).toContain('background:#7c2d12');
    expect(html).not.toContain(OWN_COLOR);
    for (const said of [html, text]) expect(said).toContain('Acme GmbH, Hafenstr. 12, 20457 Hamburg');
  });

  it('without branding has the name, Herald’s own color, and no picture', () => {
    const { html } = renderer.render(aModel(rule));
    expect(html).not.toContain('<img');
    expect(html).toContain(`background:${OWN_COLOR}`);
    expect(html).not.toContain('{{');
    expect(contrastWithWhite(OWN_COLOR)).toBeGreaterThanOrEqual(MIN_CONTRAST);
  });
});

it('what a log holds is checked again: no other scheme, and nothing but a color in a style', () => {
  const branding = { logoUrl: 'javascript:alert(1)', color: '#fff;background:url(https://evil.example)' };
  const { html } = renderer.render(aModel('account-expired', { solution: branded({ branding }) }));
  expect(html).not.toMatch(/javascript:|evil\.example|<img/);
  expect(html).toContain(OWN_COLOR);
});

it('a name with right-to-left letters stands in the logo’s text without elements', () => {
  const solution = branded({ name: 'פורטל "3"' });
  expect(renderer.render(aModel('account-expired', { solution })).html).toContain(
    'alt="\u2068פורטל &quot;3&quot;\u2069"',
  );
});

describe('links', () => {
  const solution = branded({
    accountUrl: 'https://social.acme.example/{partnerId}/accounts/{accountId}',
    postUrl: 'https://social.acme.example/posts/{postId}',
  });

  it('lead to the account that a mail is about', () => {
    const { html, text } = renderer.render(aModel('account-expired', { solution }));
    const url = 'https://social.acme.example/nordlicht/accounts/nordlicht-linkedin';
    expect(hrefs(html)).toEqual([url]);
    expect(text).toContain(`Reconnect account: ${url}`);
  });

  it('lead to each post, and to all of them', () => {
    const { html, text } = renderer.render(aDigest(2, { solution }));
    expect(hrefs(html)).toEqual([
      'https://social.acme.example/posts/post-1',
      'https://social.acme.example/posts/post-2',
      'https://social.acme.example/',
    ]);
    expect(text).toContain('  https://social.acme.example/posts/post-2\n');
  });

  it('lead to the account for the escalation contact as well', () => {
    const escalation = { kind: 'unreachable', people: [], more: 0 } as const;
    const { html } = renderer.render(aModel('account-expired', { solution, escalation }));
    expect(hrefs(html)).toEqual(['https://social.acme.example/nordlicht/accounts/nordlicht-linkedin']);
  });

  it('lead to the portal where a solution has no templates', () => {
    expect(hrefs(renderer.render(aDigest(2)).html)).toEqual(['https://social.acme.example/']);
  });
});
