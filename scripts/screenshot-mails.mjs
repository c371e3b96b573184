// Renders every kind of mail in a real Chromium, to be looked at:  npm run screenshots:mails [-- FOLDER]
// In both languages, with left-to-right, right-to-left and very long values, with and without a solution's branding, light and dark,
// on a phone and on a desk. Needs Chromium: HERALD_CHROMIUM, else /usr/bin/chromium. Writes PNGs and one page with all of them.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { HandlebarsMailRenderer } from '../dist/infrastructure/mail/rendering/handlebars-mail-renderer.js';

const folder = process.argv[2] ?? 'screenshots';

const VALUES = {
  plain: {
    ...{
      person: 'Greta Lindner',
      partner: 'Haus Linden',
      solution: 'Aurora Partner Hub',
      account: 'Haus Linden',
    },
    ...{ title: 'A first look at the spring collection', stream: 'Spring campaign', network: 'linkedin' },
    reason: 'The member revoked the permission in the account settings.',
  },
  rtl: {
    ...{
      person: 'דנה כהן (מנהלת)',
      partner: 'אופטיקה 20/20',
      solution: 'פורטל השותפים',
      account: 'אופטיקה (עמוד 2)',
    },
    ...{
      title: '5 מסגרות לפנים קטנות! פגשו אותנו ב-Opti Munich, אולם C3.',
      stream: 'עדשת השבוע',
      network: 'instagram',
    },
    reason: 'בוטל על ידי המשתמש (שגיאה 190).',
  },
  long: {
    ...{
      person: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(4),
      partner: 'Donaudampfschifffahrtsgesellschaft'.repeat(5),
    },
    ...{ solution: 'Partnermarketing für Augenoptik und Hörakustik '.repeat(4), account: 'x'.repeat(200) },
    ...{
      title: `Neu: ${'Rindfleischetikettierungsüberwachung'.repeat(6)}`,
      stream: 'Serie '.repeat(30),
      network: 'linkedin',
    },
    reason: 'Error validating access token: the session was invalidated. '.repeat(6),
  },
};

const BRANDING = {
  accountUrl: 'https://hub.aurora.example/accounts/{accountId}',
  postUrl: 'https://hub.aurora.example/posts/{postId}',
  branding: {
    logoUrl: 'https://hub.aurora.example/logo.png',
    color: '#7c2d12',
    footer: 'Aurora Skincare GmbH, Hafenstr. 12, 20457 Hamburg, Germany',
  },
};

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><rect width="240" height="80" rx="12" fill="#7c2d12"/><text x="24" y="52" font-family="sans-serif" font-size="36" fill="#fff">aurora</text></svg>`;

const model = (rule, locale, v, changes = {}) => ({
  ...{ rule, locale, now: '2026-03-02T08:00:00.000Z', test: false, recipient: { name: v.person } },
  partner: { partnerId: 'linden', name: v.partner, timeZone: 'Europe/Berlin' },
  solution: { name: v.solution, baseUrl: 'https://hub.aurora.example' },
  ...changes,
});

const account = (v) => ({
  ...{
    accountId: 'linden-news',
    displayName: v.account,
    network: v.network,
    kind: 'company',
    reason: v.reason,
  },
  authorisationExpiresAt: '2026-03-14T08:00:00.000Z',
  endedAt: '2026-03-01T22:10:00.000Z',
});

const posts = (v) =>
  Array.from({ length: 4 }, (_, n) => ({
    ...{ postId: `post-${n}`, title: v.title, streamName: v.stream, network: v.network },
    publishAt: `2026-03-0${n + 4}T09:30:00.000Z`,
  }));

const people = (v) => [
  { name: v.person, isOwner: false, reason: 'opted-out' },
  { name: v.person, isOwner: false, reason: 'not-active' },
];
const refused = (v) => [
  {
    ...{ name: v.person, isOwner: false, reason: 'rejected', address: 'greta@linden.example' },
    reply: '550 5.1.1 <greta@linden.example>: Recipient address rejected: User unknown',
  },
];

const digest = (v) => ({
  ...{ posts: posts(v), more: 15, older: 2, unsubscribeUrl: 'https://herald.example/v1/unsubscribe/token' },
});

/** Every kind of mail: its rule, and what of the model is its own. */
const KINDS = {
  'content-needs-approval': ['content-needs-approval', digest],
  'no-social-media-content': ['no-social-media-content', () => ({ older: 3 })],
  'settings-update-required': ['settings-update-required', (v) => ({ account: account(v) })],
  'account-expired': ['account-expired', (v) => ({ account: account(v) })],
  late: [
    'account-expired',
    (v) => ({ account: account(v), test: true, late: { slotAt: '2026-03-02T05:00:00.000Z', minutes: 185 } }),
  ],
  'nobody-told-of-content': [
    'content-needs-approval',
    (v) => ({ ...digest(v), escalation: { kind: 'unreachable', people: people(v), more: 3 } }),
  ],
  'nobody-told-of-expiry': [
    'settings-update-required',
    (v) => ({ account: account(v), escalation: { kind: 'unreachable', people: people(v), more: 0 } }),
  ],
  'nobody-responsible': [
    'account-expired',
    (v) => ({ account: account(v), escalation: { kind: 'unreachable', people: [], more: 0 } }),
  ],
  undelivered: [
    'account-expired',
    (v) => ({ account: account(v), escalation: { kind: 'undelivered', people: refused(v), more: 0 } }),
  ],
  'sender-refused': [
    'account-expired',
    (v) => ({
      account: account(v),
      escalation: {
        ...{ kind: 'sender-refused', sender: 'notify@aurora.example' },
        reply:
          '550 5.7.26 Unauthenticated email from aurora.example is not accepted due to its DMARC policy.',
      },
    }),
  ],
};

const SETS = {
  plain: [VALUES.plain, {}],
  rtl: [VALUES.rtl, {}],
  long: [VALUES.long, {}],
  branded: [VALUES.plain, BRANDING],
};

const renderer = new HandlebarsMailRenderer();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.HERALD_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const shots = [];
const wide = [];
for (const colorScheme of ['light', 'dark'])
  for (const width of [360, 1000]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    // no mail may fetch anything but the logo
    await context.route('**/*', (route) =>
      route.request().url() === BRANDING.branding.logoUrl
        ? route.fulfill({ contentType: 'image/svg+xml', body: LOGO })
        : route.abort(),
    );
    const page = await context.newPage();
    for (const [set, [values, solution]] of Object.entries(SETS))
      for (const [kind, [rule, own]] of Object.entries(KINDS))
        for (const locale of ['en', 'de']) {
          const base = model(rule, locale, values, own(values));
          const { html } = renderer.render({ ...base, solution: { ...base.solution, ...solution } });
          await page.setContent(html);
          const name = `${kind}.${set}.${locale}.${colorScheme}.${width}.png`;
          await page.screenshot({ path: join(folder, name), fullPage: true });
          shots.push(name);
          if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth))
            wide.push(name);
        }
    await context.close();
  }
await browser.close();
const figures = shots.map(
  (name) => `<figure><img src="${name}" loading="lazy" width="360"><figcaption>${name}</figcaption></figure>`,
);
await writeFile(
  join(folder, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Mails</title><style>body{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}</style>${figures.join('\n')}`,
);
process.stdout.write(`${shots.length} screenshots in ${folder}\n`);
if (wide.length > 0) {
  process.stdout.write(`Wider than the window:\n${wide.join('\n')}\n`);
  process.exitCode = 1;
}
