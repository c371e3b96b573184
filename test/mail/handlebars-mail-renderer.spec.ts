import { describe, expect, it } from 'vitest';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { NOTIFICATION_MAILS } from '../../src/infrastructure/mail/rendering/notification-mails.js';
import { aDigest, aModel } from './mails.js';

const renderer = new HandlebarsMailRenderer();

/** What a reader of the HTML sees. */
const seen = (html: string): string => html.replace(/<head>.*<\/head>|<[^>]*>/gs, ' ').replace(/\s+/g, ' ');

const urlsOf = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url ?? '');

describe.each(Object.entries(NOTIFICATION_MAILS))('a mail of %s', (rule, { version, layout }) => {
  it.each(['en', 'de'])('in %s names its language, template and who it is for', (locale) => {
    const mail = renderer.render(aModel(rule, { locale }));
    expect(mail.html).toContain(`<html lang="${locale}"`);
    expect(mail.locale).toEqual({ requested: locale, used: locale });
    expect(mail.template).toBe(`${rule}@${version}`);
    expect(seen(mail.html)).toContain('Ana Sørensen');
    expect(mail.text).toContain('Ana Sørensen');
    expect(mail.html + mail.text).not.toMatch(/\{\{|undefined|\[object/);
    expect(mail.html).not.toMatch(/\n[ \t]/);
  });

  it('has layout tables that a screen reader skips, and styles for dark mode', () => {
    const { html } = renderer.render(aModel(rule));
    const tables = [...html.matchAll(/<table[^>]*>/g)].map(([tag]) => tag);
    const data = layout === 'account' ? 1 : 0;
    expect(tables.filter((tag) => !tag.includes('role="presentation"'))).toHaveLength(data);
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('links only to the solution', () => {
    const { html, text } = renderer.render(aModel(rule));
    expect(urlsOf(html)).toEqual(['https://social.acme.example/']);
    expect(text.match(/https?:\S+/g)).toEqual(['https://social.acme.example/']);
  });

  it('links nowhere when the base URL is no web address', () => {
    const solution = { name: 'Acme', baseUrl: 'javascript:alert(1)' };
    const { html, text } = renderer.render(aModel(rule, { solution }));
    expect(urlsOf(html)).toEqual([]);
    expect(html + text).not.toContain('javascript:');
  });

  it('says clearly that it is a test, and only then', () => {
    const mail = renderer.render(aModel(rule, { test: true }));
    expect(mail.subject).toMatch(/^\[Test\] /);
    expect(seen(mail.html)).toContain('Herald is running on a test clock');
    expect(mail.text).toMatch(/^\*\*\* Test message/);
    const real = renderer.render(aModel(rule));
    expect(real.subject + real.html + real.text).not.toMatch(/test clock|\[Test\]/);
  });

  it('says how late it is, and why', () => {
    const late = { slotAt: '2026-03-02T05:00:00.000Z', minutes: 185 };
    const en = renderer.render(aModel(rule, { late }));
    const line =
      'This message is 3 hours late: Herald could not send it at its planned time, ' +
      'Monday, March 2, 2026 at 6:00 AM Central European Standard Time.';
    expect(en.text).toContain(line);
    expect(seen(en.html)).toContain(line);
    expect(renderer.render(aModel(rule, { late, locale: 'de' })).text).toContain('3 Stunden zu spät');
    expect(renderer.render(aModel(rule, { late: { ...late, minutes: 60 } })).text).toContain('1 hour late');
    expect(renderer.render(aModel(rule, { late: { ...late, minutes: 25 } })).text).toContain(
      '25 minutes late',
    );
    expect(renderer.render(aModel(rule)).text).not.toMatch(/\blate\b/);
  });

  it('escapes outside text in HTML, keeps it on one line, and leaves it as it is in text', () => {
    const evil = '<script>alert("x")</script>\r\nBcc: eve@evil.example';
    const mail = renderer.render(
      aModel(rule, {
        recipient: { name: evil },
        partner: { partnerId: 'p', name: evil, timeZone: 'UTC' },
        solution: { name: evil, baseUrl: 'https://social.acme.example/?a="><script>' },
        account: {
          accountId: 'a',
          displayName: evil,
          network: evil,
          kind: 'personal',
          authorisationExpiresAt: '2026-03-14T08:00:00.000Z',
          reason: evil,
        },
        posts: [
          {
            postId: 'p',
            title: evil,
            streamName: evil,
            network: evil,
            publishAt: '2026-03-04T09:30:00.000Z',
          },
        ],
        late: { slotAt: '2026-03-02T05:00:00.000Z', minutes: 60 },
      }),
    );
    expect(mail.html).not.toMatch(/<script/i);
    expect(mail.html).toContain('&lt;script&gt;');
    expect(mail.text).toContain('<script>alert("x")</script> Bcc: eve@evil.example');
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it('has a hash that is stable, and changes with the content', () => {
    const { contentHash } = renderer.render(aModel(rule));
    expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(new HandlebarsMailRenderer().render(aModel(rule)).contentHash).toBe(contentHash);
    expect(renderer.render(aModel(rule, { recipient: { name: 'Ben' } })).contentHash).not.toBe(contentHash);
  });
});

describe('content-needs-approval', () => {
  it('lists each new post with its stream, network and time of publishing', () => {
    const { html, text } = renderer.render(aDigest(2));
    for (const said of [seen(html), text]) {
      expect(said).toContain('Post 1');
      expect(said).toContain('Post 2');
      expect(said).toContain('Spring campaign · LinkedIn');
      expect(said).toContain('Wed, Mar 4, 2026, 10:30 AM GMT+1');
      expect(said).toContain('All times are in the time zone Europe/Berlin.');
    }
  });

  it.each([
    [0, 'en', '0 new posts need your approval'],
    [1, 'en', '1 new post needs your approval'],
    [2, 'en', '2 new posts need your approval'],
    [0, 'de', '0 neue Beiträge warten'],
    [1, 'de', '1 neuer Beitrag wartet'],
    [2, 'de', '2 neue Beiträge warten'],
  ])('counts %i posts in %s', (posts, locale, subject) => {
    expect(renderer.render(aDigest(posts, { locale })).subject).toContain(subject);
  });

  it.each([
    [1, 'en', '1 more new post is not listed', '1 older post still waits'],
    [2, 'en', '2 more new posts are not listed', '2 older posts still wait'],
    [1, 'de', '1 weiterer neuer Beitrag ist', '1 älterer Beitrag wartet'],
    [2, 'de', '2 weitere neue Beiträge sind', '2 ältere Beiträge warten'],
  ])('says how many more (%i) and older ones there are in %s', (n, locale, more, older) => {
    const { html, text, subject } = renderer.render(aDigest(1, { locale, more: n, older: n }));
    expect(subject).toContain(String(n + 1));
    for (const said of [seen(html), text]) {
      expect(said).toContain(more);
      expect(said).toContain(older);
    }
  });

  it.each([
    ['en', /more new|older/],
    ['de', /weitere|ältere/],
  ])('says nothing of more or older posts when there are none, in %s', (locale, lines) => {
    expect(renderer.render(aDigest(1, { locale, more: 0, older: 0 })).text).not.toMatch(lines);
  });

  it('offers to unsubscribe where there is a page for it', () => {
    const { html, text } = renderer.render(aDigest(1, { unsubscribeUrl: 'https://herald.example/u/1' }));
    expect(urlsOf(html)).toEqual(['https://social.acme.example/', 'https://herald.example/u/1']);
    expect(text).toContain('Unsubscribe from this summary: https://herald.example/u/1');
  });
});

it('no-social-media-content says that nothing is new, and what still waits', () => {
  const { subject, text } = renderer.render(aModel('no-social-media-content', { older: 1 }));
  expect(subject).toBe('No new content to approve in Acme Partner Social');
  expect(text).toContain('Send Now');
  expect(text).toContain('1 older post still waits for approval.');
});

describe('settings-update-required', () => {
  it.each([
    ['en', 'Saturday, March 14, 2026 at 9:00 AM Central European Standard Time (in 12 days)'],
    ['en-US', 'Saturday, March 14, 2026 at 9:00 AM Central European Standard Time (in 12 days)'],
    ['en-GB', 'Saturday, 14 March 2026 at 09:00 Central European Standard Time (in 12 days)'],
    ['fr-FR', 'Saturday, March 14, 2026 at 9:00 AM Central European Standard Time (in 12 days)'],
    ['de', 'Samstag, 14. März 2026 um 09:00 Uhr (MEZ), in 12 Tagen'],
    ['de-AT', 'Samstag, 14. März 2026 um 09:00 Uhr (MEZ), in 12 Tagen'],
  ])('says the expiry with its zone and how far it is, in %s', (locale, expiry) => {
    const { html, text, subject } = renderer.render(aModel('settings-update-required', { locale }));
    expect(text).toContain(expiry);
    expect(seen(html)).toContain(expiry);
    expect(text).toContain('Europe/Berlin');
    expect(subject).toMatch(/LinkedIn.*in 12 Tag|LinkedIn.*in 12 day/);
  });

  it.each([
    ['2026-03-02T22:30:00.000Z', 'expires today'],
    ['2026-03-02T23:30:00.000Z', 'expires tomorrow'],
    ['2026-03-30T22:30:00.000Z', 'expires in 29 days'],
  ])('counts calendar days of the partner until %s', (authorisationExpiresAt, said) => {
    const account = {
      accountId: 'a',
      displayName: 'N',
      network: 'x',
      kind: 'personal',
      authorisationExpiresAt,
    } as const;
    expect(renderer.render(aModel('settings-update-required', { account })).subject).toContain(said);
  });

  it('is refused without an expiry', () => {
    const account = { accountId: 'a', displayName: 'N', network: 'x', kind: 'personal' } as const;
    expect(() => renderer.render(aModel('settings-update-required', { account }))).toThrow(
      expect.objectContaining({ code: 'mail-incomplete', field: 'account.authorisationExpiresAt' }),
    );
  });
});

describe('account-expired', () => {
  it('says when, and the reason of the platform', () => {
    const account = {
      accountId: 'a',
      displayName: 'Nordlicht',
      network: 'linkedin',
      kind: 'company',
      endedAt: '2026-03-01T22:10:00.000Z',
      reason: 'The member revoked the permission',
    } as const;
    const { html, text } = renderer.render(aModel('account-expired', { account }));
    for (const said of [seen(html), text]) {
      expect(said).toContain('Sunday, March 1, 2026 at 11:10 PM Central European Standard Time');
      expect(said).toContain('The member revoked the permission');
    }
  });

  it('without one, that its time passed', () => {
    expect(renderer.render(aModel('account-expired')).text).toContain('reached its expiry date');
  });
});

it.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['de_CH', 'de'],
  ['DE', 'de'],
  ['en-GB', 'en'],
  ['fr-FR', 'en'],
  ['', 'en'],
  ['not a locale', 'en'],
  ['constructor', 'en'],
])('for the locale %j uses %s, and tells both', (requested, used) => {
  const mail = renderer.render(aModel('account-expired', { locale: requested }));
  expect(mail.locale).toEqual({ requested, used });
  expect(mail.html).toContain(`<html lang="${used}"`);
});
