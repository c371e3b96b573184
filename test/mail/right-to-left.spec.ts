import { describe, expect, it } from 'vitest';
import type { MessageModel } from '../../src/application/ports/channel.js';
import { MAX_PREHEADER } from '../../src/domain/bounds.js';
import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { aDigest, aModel } from './mails.js';

const renderer = new HandlebarsMailRenderer();

// Each says whose it is; digits and brackets stand where a wrong direction would move them.
const HEBREW = {
  recipient: 'דנה (נמען) 1!',
  partner: 'אופטיקה (שותף) 2!',
  solution: 'פורטל (ספק) 3!',
  account: 'עמוד (חשבון) 4!',
  network: 'רשת (רשת) 5!',
  reason: 'בוטל (שגיאה 190).',
  title: '5 מסגרות לפנים קטנות!',
  stream: 'סדרה (זרם) 6!',
  person: 'יונתן (מנהל) 7!',
};

const model = (rule: (typeof RULE_IDS)[number], changes: Partial<MessageModel> = {}): MessageModel =>
  aModel(rule, {
    recipient: { name: HEBREW.recipient },
    partner: { partnerId: 'p', name: HEBREW.partner, timeZone: 'Asia/Jerusalem' },
    solution: { name: HEBREW.solution, baseUrl: 'https://portal.example' },
    ...(aModel(rule).account
      ? {
          account: {
            ...{
              accountId: 'a',
              displayName: HEBREW.account,
              network: HEBREW.network,
              kind: 'company',
              reason: HEBREW.reason,
            },
            authorisationExpiresAt: '2026-03-14T08:00:00.000Z',
          },
        }
      : {}),
    posts: [
      {
        ...{ postId: '1', title: HEBREW.title, streamName: HEBREW.stream, network: HEBREW.network },
        publishAt: '2026-03-04T09:30:00.000Z',
      },
    ],
    ...changes,
  });

const escalated = {
  escalation: {
    kind: 'undelivered',
    people: [{ name: HEBREW.person, isOwner: true, reason: 'rejected', reply: HEBREW.reason }],
    more: 0,
  },
} as const;

const outside = (text: string): string => text.replace(/\u2068[^\u2068\u2069]*\u2069/gu, '');
const HEBREW_LETTER = /[\u0590-\u05ff]/;

describe.each(RULE_IDS)('a mail of %s with right-to-left values', (rule) => {
  it.each([
    ['to a partner', {}],
    ['to the escalation contact', escalated],
  ])('%s has each of them in an isolate of its own', (_, changes) => {
    const { subject, html, text } = renderer.render(model(rule, changes));
    for (const plain of [subject, text]) expect(outside(plain)).not.toMatch(HEBREW_LETTER);
    const body = html
      .replace(/<title>[^<]*<\/title>|<div class="preheader"[^>]*>[^<]*<\/div>/g, outside)
      .replace(/\saria-label="[^"]*"/g, outside);
    expect(body.replace(/<bdi dir="auto">[^<]*<\/bdi>/g, '')).not.toMatch(HEBREW_LETTER);
    expect(html).toMatch(/<html lang="en" dir="ltr"/);
  });
});

it('marks from outside reorder nothing: neither an open isolate nor an override nor a closing one', () => {
  const title = '\u2067\u202eevil\u2069\u2069 שלום \u2068';
  const { subject, html, text } = renderer.render(
    aDigest(1, {
      solution: { name: title, baseUrl: 'https://portal.example' },
      posts: [{ postId: '1', title, streamName: title, network: 'x', publishAt: '2026-03-04T09:30:00.000Z' }],
    }),
  );
  for (const said of [subject, html, text]) {
    expect(said).not.toMatch(/[\u202a-\u202e\u2066\u2067]/);
    let depth = 0;
    for (const mark of said.match(/[\u2068\u2069]/g) ?? []) {
      depth += mark === '\u2068' ? 1 : -1;
      expect(depth).toBeGreaterThanOrEqual(0);
      expect(depth).toBeLessThanOrEqual(1);
    }
    expect(depth).toBe(0);
  }
});

it('a subject of left-to-right values has no isolates: it stays plain ASCII', () => {
  const { subject, text, html } = renderer.render(aDigest(1));
  expect(subject).toMatch(/^[\x20-\x7e]+$/);
  expect(text).not.toMatch(/[\u2066-\u2069]/);
  expect(html).toContain('<strong><bdi dir="auto">Post 1</bdi></strong>');
});

describe('the preview text', () => {
  const preheader = (posts: string[]): string => {
    const { html } = renderer.render(
      aDigest(0, {
        posts: posts.map((title) => ({
          ...{ postId: '1', title, streamName: 's', network: 'x' },
          publishAt: '2026-03-04T09:30:00.000Z',
        })),
      }),
    );
    return /<div class="preheader"[^>]*>\s*([^<]*?)\s*<\/div>/.exec(html)?.[1] ?? '';
  };
  const graphemes = (text: string): number =>
    [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;

  it('is as long as it may be, and no longer', () => {
    expect(preheader(['x'.repeat(MAX_PREHEADER)])).toBe('x'.repeat(MAX_PREHEADER));
    const longer = preheader(['x'.repeat(MAX_PREHEADER + 1)]);
    expect(longer).toMatch(/^x+…$/);
    expect(graphemes(longer)).toBeLessThanOrEqual(MAX_PREHEADER);
  });

  it('is cut between what a reader takes for characters, and closes what it opened', () => {
    const family = preheader(Array.from({ length: 4 }, () => '👩‍👩‍👧‍👦'.repeat(200)));
    expect(graphemes(family)).toBeLessThanOrEqual(MAX_PREHEADER);
    expect(family).toMatch(/^(👩‍👩‍👧‍👦)+…$/u);
    const hebrew = preheader([`${'שלום '.repeat(90)}`]);
    expect(graphemes(hebrew)).toBeLessThanOrEqual(MAX_PREHEADER);
    expect(hebrew).toMatch(/^\u2068[^\u2068\u2069]+\u2069…$/u);
  });

  it('does not follow a letter with endless accents', () => {
    expect(preheader([`a${'\u0301'.repeat(480)}b`]).length).toBeLessThan(40);
  });

  it('is hidden without white on white, which counts as spam', () => {
    const { html } = renderer.render(aDigest(1));
    const [tag = ''] = /<div class="preheader"[^>]*>/.exec(html) ?? [];
    expect(tag).toContain('display:none');
    expect(tag).not.toMatch(/[^-]color|font-size|opacity/);
  });
});
