import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIL_VARIANTS } from '../../src/application/mails/mail-variant.js';
import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import { type Entry, wholeHistory } from '../http/eight-weeks.js';
import { anEvent } from '../http/events.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';

const RULE = 'settings-update-required';

/** A solution with a partner, its admin, and an account whose authorisation runs out. */
const worldOf = (solutionId: string) => {
  const partnerId = `${solutionId}-partner`;
  return [
    anEvent(`${solutionId}-solution`, 'solution.configured', {
      ...{ solutionId, name: solutionId, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
      ...{ baseUrl: 'https://portal.acme.example', sender: { name: 'Portal', address: 'no@acme.example' } },
    }),
    anEvent(`${solutionId}-registered`, 'partner.registered', {
      ...{ partnerId, solutionId, name: 'Nordlicht', timeZone: 'Europe/Berlin' },
    }),
    ...['ada', 'ben'].map((name) =>
      anEvent(`${solutionId}-${name}`, 'partner-user.added', {
        ...{ userId: `${solutionId}-${name}`, partnerId, name, email: `${name}@${solutionId}.example` },
        role: 'admin',
      }),
    ),
    anEvent(`${solutionId}-account`, 'social-account.connected', {
      ...{ accountId: `${solutionId}-page`, partnerId, network: 'linkedin', kind: 'company' },
      ...{ displayName: 'News & <b>more</b>', authorisationExpiresAt: '2026-03-20T12:00:00Z' },
    }),
  ];
};

let herald: TestHerald;
let keys: Readonly<Record<'admin' | 'bound', KeyClient>>;
let raised: readonly Entry[];
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([...worldOf('acme'), ...worldOf('boreal')]);
  await herald.moveTo('2026-03-09T10:00:00Z');
  await herald.settled();
  raised = (await wholeHistory(herald)).filter(({ rule }) => rule === RULE);
  expect(raised).toHaveLength(4);
  keys = await herald.withKeys({ bound: { role: 'auditor', solutions: ['boreal'] } });
});
afterAll(() => herald.stop());

const open = async (path: string, by: KeyClient = keys.admin) => {
  const answer = await fetch(`${herald.url}${path}`, {
    redirect: 'manual',
    headers: { authorization: `Bearer ${by.key}` },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

const decoded = (html: string): string =>
  html
    .replaceAll('&#x3D;', '=')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#x60;', '`')
    .replaceAll('&amp;', '&');

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => decoded(found));

const framesOf = (text: string) => all(text, /<iframe src="([^"]*)" sandbox /g);

const preOf = (text: string) => all(text, /<pre [^>]*>([\s\S]*?)<\/pre>/g)[0];

const noticeOf = (text: string) => all(text, /role="alert">([^<]*)</g)[0];

/** What is framed may be framed by pages of the console alone; it runs nothing and fetches nothing. */
const framed = async (src: string, by?: KeyClient): Promise<string> => {
  const { status, headers, text } = await open(src, by);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  const policy = headers.get('content-security-policy')?.split(/;\s*/);
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'self'", 'sandbox']));
  return text;
};

const api = async (path: string) => (await keys.admin.get(path)).text;

describe('The page of the templates', () => {
  it('lists every mail in every variant, and leads to each', async () => {
    const { status, text } = await open('/console/templates');
    expect(status).toBe(200);
    const links = all(text, /href="(\/console\/templates\/[^"]*)"/g);
    expect(links).toEqual(
      RULE_IDS.flatMap((rule) => [
        `/console/templates/${rule}`,
        ...MAIL_VARIANTS.map((variant) => `/console/templates/${rule}?variant=${variant}`),
      ]),
    );
    for (const link of links) expect((await open(link)).status).toBe(200);
    expect(text).toContain('in English, German.');
  });

  it('shows a sample in both color schemes, and in each language, variant, scheme and width', async () => {
    const both = framesOf((await open(`/console/templates/${RULE}`)).text);
    expect(both).toEqual(
      ['light', 'dark'].map(
        (scheme) => `/console/templates/${RULE}/preview?variant=regular&scheme=${scheme}`,
      ),
    );
    for (const locale of ['en', 'de'])
      for (const variant of MAIL_VARIANTS)
        for (const scheme of ['light', 'dark']) {
          const query = new URLSearchParams({ locale, variant, scheme }).toString();
          const { text } = await open(`/console/templates/${RULE}?${query}&width=600`);
          const [frame = '', ...others] = framesOf(text);
          expect(others).toEqual([]);
          expect(await framed(frame)).toBe(await api(`/v1/templates/${RULE}/preview?${query}`));
          expect(text).toContain(`data-scheme="${scheme}" data-width="600"`);
        }
  });

  it('shows the text and the source as they are', async () => {
    const text = await open(`/console/templates/${RULE}?part=text&locale=de`);
    expect(preOf(text.text)).toBe(await api(`/v1/templates/${RULE}/preview?part=text&locale=de`));
    const source = preOf((await open(`/console/templates/${RULE}?part=source`)).text);
    expect(source).toContain('MIME-Version: 1.0');
    expect(framesOf(text.text)).toEqual([]);
  });

  it('shows the data of a notification, as far as its reader may see it', async () => {
    for (const { notificationId, solutionId } of raised) {
      const path = `/console/templates/${RULE}?notification=${notificationId}`;
      const { text } = await open(path);
      const [frame = ''] = framesOf(text);
      const query = `notification=${notificationId}&scheme=light`;
      expect(frame).toBe(`/console/templates/${RULE}/preview?${query}`);
      expect(await framed(frame)).toBe(await api(`/v1/templates/${RULE}/preview?${query}`));
      expect(await framed(frame)).toContain('News &amp; &lt;b&gt;more&lt;/b&gt;');
      expect(text).toContain(`href="/console/notifications/${notificationId}"`);
      // A form sends the variant that was chosen before, too.
      expect((await open(`${path}&variant=late`)).status).toBe(200);
      const isOwn = solutionId === 'boreal';
      for (const own of [path, frame]) expect((await open(own, keys.bound)).status).toBe(isOwn ? 200 : 404);
    }
  });

  it('says what is wrong with a notification that has no such mail', async () => {
    const path = `/console/templates/account-expired?notification=${raised[0]?.notificationId}`;
    const { status, text } = await open(path);
    expect(status).toBe(404);
    expect(noticeOf(text)).toContain('is not one of account-expired');
    expect((await open('/console/templates/all')).status).toBe(400);
  });
});

describe('The page of the outbox', () => {
  const linksOf = (text: string) => all(text, /href="(\/console\/outbox\?file&#x3D;[^"]*)"/g);

  it('lists the mails in the folder, newest first', async () => {
    const { status, text } = await open('/console/outbox');
    expect(status).toBe(200);
    const files = (await readdir(herald.outbox)).filter((name) => name.endsWith('.eml'));
    expect(files).toHaveLength(4);
    expect(linksOf(text)).toEqual(
      files
        .sort()
        .reverse()
        .map((file) => `/console/outbox?file=${encodeURIComponent(file)}`),
    );
    for (const { recipientAddress = '' } of raised) expect(text).toContain(recipientAddress);
    expect(text).toContain('<a href="/console/outbox" data-go="b" aria-current="page">Outbox</a>');
  });

  it('opens a mail beside, with a link to its notification', async () => {
    const links = linksOf((await open('/console/outbox')).text);
    expect(links).toHaveLength(4);
    for (const link of links) {
      const { text } = await open(link);
      const file = new URL(link, herald.url).searchParams.get('file') ?? '';
      const entry = raised.find(({ notificationId }) => file.includes(notificationId));
      expect(text).toContain(`href="/console/notifications/${entry?.notificationId}"`);
      expect(await framed(framesOf(text)[0] ?? '')).toBe(await api(`/v1/outbox/${file}`));
      const tabs = all(text, /<nav class="tabs"[\s\S]*?<\/nav>/g);
      expect(tabs).toHaveLength(1);
      const dark = framesOf((await open(`${link}&part=html&scheme=dark`)).text);
      expect(dark).toEqual([`/console/outbox/${encodeURIComponent(file)}/mail?scheme=dark`]);
      for (const part of ['text', 'source']) {
        const shown = await open(`${link}&part=${part}`);
        expect(preOf(shown.text)?.trim().replaceAll('\r', '')).toBe(
          (await api(`/v1/outbox/${file}?part=${part}`)).trim().replaceAll('\r', ''),
        );
      }
    }
  });

  it('has pages, and keeps the page while a mail is opened', async () => {
    const { text } = await open('/console/outbox?limit=3');
    expect(linksOf(text)).toHaveLength(3);
    const [next = ''] = all(text, /href="([^"]*)" class="button second" rel="next"/g);
    const second = await open(next);
    const [link = ''] = all(second.text, /href="(\/console\/outbox\?after&#x3D;[^"]*file&#x3D;[^"]*)"/g);
    const opened = await open(link);
    expect(opened.status).toBe(200);
    expect(framesOf(opened.text)).toHaveLength(1);
    expect(all(opened.text, /href="([^"]*)">Close</g)).toEqual([link.replace(/&file=.*/, '')]);
  });

  it('shows nothing of other solutions', async () => {
    const everything = linksOf((await open('/console/outbox')).text);
    const own = linksOf((await open('/console/outbox', keys.bound)).text);
    expect(own).toHaveLength(2);
    for (const link of everything) {
      const [frame = ''] = framesOf((await open(link)).text);
      for (const path of [link, frame])
        expect((await open(path, keys.bound)).status).toBe(own.includes(link) ? 200 : 404);
    }
  });

  it('says that there is no such mail, and leads to nothing else', async () => {
    for (const file of ['nothing.eml', '../secret.txt', '/etc/passwd']) {
      const name = encodeURIComponent(file);
      for (const path of [`/console/outbox?file=${name}`, `/console/outbox/${name}/mail`]) {
        const { status, text } = await open(path);
        expect(status).toBe(404);
        expect(noticeOf(text)).toContain(`There is no mail ${file} in the outbox.`);
      }
    }
  });

  it('says that it is empty, and does not exist where mails go to a mail server', async () => {
    for (const [HERALD_MAIL, status, says] of [
      [undefined, 200, 'No mail is in the folder.'],
      ['smtp://127.0.0.1:9', 404, 'HERALD_MAIL names a mail server'],
    ] as const) {
      const other = await startTestHerald(HERALD_MAIL ? { HERALD_MAIL } : {});
      try {
        const answer = await fetch(`${other.url}/console/outbox`);
        expect(answer.status).toBe(status);
        const text = await answer.text();
        expect(text).toContain(says);
        expect(text.includes('href="/console/outbox"')).toBe(status === 200);
      } finally {
        await other.stop();
      }
    }
  });
});
