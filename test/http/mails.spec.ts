import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import type { OutboxMail } from '../../src/application/mails/list-outbox.js';
import type { MailTemplate } from '../../src/application/mails/list-templates.js';
import { MAIL_VARIANTS } from '../../src/application/mails/mail-variant.js';
import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import { type Entry, everyPage, type Page, playedHerald, wholeHistory } from './eight-weeks.js';
import { anEvent, aPost } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
let raised: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  raised = (await wholeHistory(herald)).filter(({ decision }) => decision === 'raised');
  expect(raised.length).toBeGreaterThan(50);
}, 120_000);
afterAll(() => herald.stop());

const mailOf = async ({ notificationId }: Entry) =>
  (await herald.get<NotificationDetails>(`/v1/notifications/${notificationId}`)).body.mail;

/** A mail without its token. */
const masked = (sent: string): string =>
  sent.replaceAll(/^X-Herald-Token: ([0-9a-f]{32})\r$/m.exec(sent)?.[1] ?? 'none', '*'.repeat(32));

/** A browser runs nothing of it, and fetches nothing for it. */
const expectInert = ({ headers }: { readonly headers: Headers }) => {
  const policy = headers.get('content-security-policy')?.split(/;\s*/);
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']));
  expect(headers.get('x-content-type-options')).toBe('nosniff');
};

describe('A part of a mail', () => {
  it('is the text as it was frozen, or the source with its headers and both parts', async () => {
    for (const entry of raised.slice(0, 20)) {
      const path = `/v1/notifications/${entry.notificationId}/mail`;
      const mail = await mailOf(entry);
      const text = await herald.get(`${path}?part=text`);
      expect(text).toMatchObject({ status: 200, type: 'text/plain', text: mail?.text });
      expectInert(text);
      const source = await herald.get(`${path}?part=source`);
      expect(source).toMatchObject({ status: 200, type: 'message/rfc822' });
      expectInert(source);
      const parsed = await simpleParser(source.text);
      expect(parsed.headers.get('x-herald-notification')).toBe(entry.notificationId);
      expect(parsed.subject).toBe(entry.subjectLine);
      expect(parsed.html).toBe(mail?.html);
      expect([parsed.to].flat().map((to) => to?.value[0]?.address)).toEqual([entry.recipientEmail]);
    }
  });

  it('has the source that was sent, but for the MIME boundaries', async () => {
    const plain = (source: string) => source.replace(/--_NmP-[\w-]+/g, '*');
    const files = await readdir(herald.outbox);
    for (const { notificationId } of raised.slice(0, 20)) {
      const file = files.find((name) => name.includes(notificationId)) ?? '';
      const sent = await readFile(join(herald.outbox, file), 'utf8');
      const { text } = await herald.get(`/v1/notifications/${notificationId}/mail?part=source`);
      expect(plain(text)).toBe(plain(masked(sent)));
    }
  });

  it('is shown without the token that its recipient has, as is its trail', async () => {
    for (const { notificationId } of raised.slice(0, 5)) {
      const file = (await readdir(herald.outbox)).find((name) => name.includes(notificationId)) ?? '';
      const sent = await readFile(join(herald.outbox, file), 'utf8');
      const token = /^X-Herald-Token: ([0-9a-f]{32})\r$/m.exec(sent)?.[1] ?? 'none';
      expect(sent.split(token)).toHaveLength(3);
      for (const path of [
        `/v1/notifications/${notificationId}/mail?part=source`,
        `/v1/outbox/${file}?part=source`,
        `/v1/notifications/${notificationId}`,
        `/console/notifications/${notificationId}?part=source`,
        `/console/outbox?file=${file}&part=source`,
      ]) {
        const shown = await (await fetch(`${herald.url}${path}`)).text();
        expect(shown).not.toContain(token);
        expect(shown).toContain(`${notificationId}.${'*'.repeat(32)}@`);
      }
    }
  });

  it('is shown in one color scheme, whatever the reader prefers', async () => {
    const path = `/v1/notifications/${raised[0]?.notificationId}/mail?part=html`;
    const { text: asSent } = await herald.get(path);
    const { text: dark } = await herald.get(`${path}&scheme=dark`);
    const { text: light } = await herald.get(`${path}&scheme=light`);
    expect(asSent).toContain('@media (prefers-color-scheme: dark)');
    expect(dark).toContain('@media all');
    expect(light).toContain('@media not all');
    for (const html of [dark, light]) {
      expect(html).not.toContain('prefers-color-scheme');
      expect(html).not.toContain('light dark');
    }
    expect(dark).toContain('<meta name="color-scheme" content="dark"');
  });
});

describe('GET /v1/templates', () => {
  const list = async () => (await everyPage<MailTemplate>(herald, '/v1/templates', { limit: '3' })).flat();

  it('lists each notification in each variant, with its languages', async () => {
    const templates = await list();
    const names = templates.map(({ rule, variant }) => `${rule}/${variant}`);
    expect(names.toSorted()).toEqual(
      RULE_IDS.flatMap((rule) => MAIL_VARIANTS.map((variant) => `${rule}/${variant}`)).sort(),
    );
    for (const { locales, template, rule, subject } of templates) {
      expect(locales).toEqual(['en', 'de']);
      expect(template).toMatch(new RegExp(`^${rule}@\\d+$`));
      expect(subject).not.toBe('');
    }
    expect(new Set(templates.map(({ subject }) => subject)).size).toBeGreaterThan(12);
  });

  it('leads to a preview of each, in each language and part, all of them different', async () => {
    const seen = new Set<string>();
    let asked = 0;
    for (const { rule, variant, locales } of await list())
      for (const locale of locales)
        for (const part of ['html', 'text', 'source']) {
          const path = `/v1/templates/${rule}/preview?variant=${variant}&locale=${locale}&part=${part}`;
          const answer = await herald.get(path);
          expect(answer.status, path).toBe(200);
          expectInert(answer);
          seen.add(`${part} ${answer.text.replace(/--_NmP-[\w-]+/g, '*')}`);
          asked += 1;
        }
    // A refused sender is told in the same words, whatever the mail was about.
    expect(asked - seen.size).toBe((RULE_IDS.length - 1) * 2 * 3);
  });
});

describe('A preview', () => {
  const preview = (rule: string, query: string) =>
    herald.get<ProblemBody>(`/v1/templates/${rule}/preview?${query}`);

  it('of a notification is its mail, made again from the facts before its decision', async () => {
    for (const entry of raised) {
      const { rule, notificationId } = entry;
      const mail = await mailOf(entry);
      expect((await preview(rule, `notification=${notificationId}`)).text).toBe(mail?.html);
      expect((await preview(rule, `notification=${notificationId}&part=text`)).text).toBe(mail?.text);
    }
  });

  it('of a notification is in the language that is asked for', async () => {
    const of = (rule: string) => raised.find((one) => one.rule === rule)?.notificationId;
    for (const rule of RULE_IDS) {
      const inGerman = await preview(rule, `notification=${of(rule)}&locale=de&part=html`);
      expect(inGerman).toMatchObject({ status: 200, text: expect.stringContaining('lang="de"') });
    }
  });

  it('of a notification of another rule, and of one that was withheld, is not there', async () => {
    const { rule, notificationId } = raised[0] as Entry;
    const other = RULE_IDS.find((one) => one !== rule) ?? '';
    expect(await preview(other, `notification=${notificationId}`)).toMatchObject({
      ...{ status: 404, body: { code: 'not-found', detail: expect.stringContaining(`not one of ${other}`) } },
    });
    const withheld = (await wholeHistory(herald)).find(({ decision }) => decision === 'withheld') as Entry;
    expect(await preview(withheld.rule, `notification=${withheld.notificationId}`)).toMatchObject({
      ...{ status: 404, body: { code: 'not-found' } },
    });
  });

  it('of a notification is of that one, whatever the variant', async () => {
    const { rule, notificationId } = raised[0] as Entry;
    const mine = await preview(rule, `notification=${notificationId}`);
    expect(mine.status).toBe(200);
    expect((await preview(rule, `variant=late&notification=${notificationId}`)).text).toBe(mine.text);
  });

  it('is refused for what there is not, by the name of the field', async () => {
    const { rule } = raised[0] as Entry;
    for (const [query, field] of [
      ['locale=nothing-at-all', 'locale'],
      ['part=pdf', 'part'],
      ['scheme=sepia', 'scheme'],
      ['variant=angry', 'variant'],
      ['notification=7', 'notification'],
    ] as const)
      expect((await preview(rule, query)).body).toMatchObject({
        ...{ code: 'invalid-request', errors: [{ field }] },
      });
    expect((await preview('all', '')).body).toMatchObject({ errors: [{ field: 'rule' }] });
  });
});

describe('GET /v1/outbox', () => {
  it('lists each mail in the folder, those decided last first, page by page', async () => {
    const pages = await everyPage<OutboxMail>(herald, '/v1/outbox', { limit: '7' });
    const items = pages.flat();
    expect(items.map(({ file }) => file).sort()).toEqual((await readdir(herald.outbox)).sort());
    const times = items.map(({ sentAt }) => sentAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const entries = new Map(raised.map((entry) => [entry.notificationId, entry]));
    for (const { notificationId, subject, to, sentAt, solutionId } of items)
      expect(entries.get(notificationId)).toMatchObject({
        ...{ subjectLine: subject, recipientEmail: to.address, recipientName: to.name },
        ...{ decidedAt: sentAt, solutionId },
      });
  });

  it('leads to each mail, as its file has it', async () => {
    const { items } = (await herald.get<Page<OutboxMail>>('/v1/outbox?limit=10')).body;
    for (const { file, notificationId } of items) {
      const source = await herald.get(`/v1/outbox/${file}?part=source`);
      expect(source).toMatchObject({ status: 200, type: 'message/rfc822' });
      expect(source.text).toBe(masked(await readFile(join(herald.outbox, file), 'utf8')));
      const html = await herald.get(`/v1/outbox/${file}`);
      expect(html).toMatchObject({ status: 200, type: 'text/html' });
      expectInert(html);
      const mail = await herald.get(`/v1/notifications/${notificationId}/mail`);
      expect(html.text.trim()).toBe(mail.text.trim());
      const text = await herald.get(`/v1/outbox/${file}?part=text`);
      const asSent = await herald.get(`/v1/notifications/${notificationId}/mail?part=text`);
      expect(text.text.trim()).toBe(asSent.text.trim());
      const dark = await herald.get(`/v1/outbox/${file}?scheme=dark`);
      expect(dark.text).not.toContain('prefers-color-scheme');
    }
  });

  it.each([
    '..%2Fsecret.txt',
    '..%2F..%2Fetc%2Fpasswd',
    '%2Fetc%2Fpasswd',
    '..%5Csecret.txt',
    '%2e%2e',
    'nothing.eml',
    `..%2Foutbox%2F2026-03-02T08-00-00.000Z-account-expired-0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d.eml`,
    `2026-03-02T08-00-00.000Z-account-expired-0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d.eml`,
    `x%00-0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d.eml`,
  ])('leads to nothing else: %s', async (file) => {
    const answer = await herald.get<ProblemBody>(`/v1/outbox/${file}`);
    expect([400, 404]).toContain(answer.status);
    expect(answer.type).toBe('application/problem+json');
  });
});

describe('Where mails go to a mail server', () => {
  it('there is no outbox, and the answer says so', async () => {
    const other = await startTestHerald({ HERALD_MAIL: 'smtp://127.0.0.1:9' });
    try {
      for (const path of ['/v1/outbox', '/v1/outbox/x.eml'])
        expect(await other.get<ProblemBody>(path)).toMatchObject({
          ...{ status: 404, body: { detail: expect.stringContaining('HERALD_MAIL names a mail server') } },
        });
    } finally {
      await other.stop();
    }
  });
});

describe('Hostile names and titles', () => {
  const HOSTILE = '<img src=x onerror=alert(1)></style><script>alert(2)</script>';
  let other: TestHerald;
  let entries: readonly Entry[];
  beforeAll(async () => {
    other = await startTestHerald();
    const account = anEvent('news', 'social-account.connected', {
      ...{ accountId: 'news', partnerId: 'nordlicht', network: 'linkedin', kind: 'company' },
      ...{ displayName: HOSTILE, authorisationExpiresAt: '2026-03-03T12:00:00Z' },
    });
    const post = aPost('post', { partnerId: 'nordlicht', title: HOSTILE, streamName: HOSTILE });
    await other.publishAll([...SMALL_WORLD, account, post]);
    await other.moveTo('2026-03-09T10:00:00Z');
    await other.settled();
    entries = (await wholeHistory(other)).filter(({ decision }) => decision === 'raised');
  });
  afterAll(() => other.stop());

  it('are inert in every preview, mail and file, in each scheme', async () => {
    expect(new Set(entries.map(({ rule }) => rule))).toContain('content-needs-approval');
    expect(new Set(entries.map(({ rule }) => rule))).toContain('account-expired');
    const { items } = (await other.get<Page<OutboxMail>>('/v1/outbox?limit=200')).body;
    for (const { rule, notificationId } of entries) {
      const file = items.find((one) => one.notificationId === notificationId)?.file;
      for (const path of [
        `/v1/templates/${rule}/preview?notification=${notificationId}&locale=de`,
        `/v1/notifications/${notificationId}/mail?part=html`,
        `/v1/outbox/${file}?part=html`,
      ])
        for (const scheme of ['', '&scheme=dark', '&scheme=light']) {
          const answer = await other.get(path + scheme);
          expect(answer.status).toBe(200);
          expect(answer.text).toContain('onerror');
          expect(answer.text).not.toMatch(/<script|<img[^>]*onerror/i);
          expectInert(answer);
        }
    }
  });
});

describe('The access log', () => {
  it('has who looked at mails and previews, and not who looked at the list of templates', async () => {
    const other = await startTestHerald();
    try {
      const { auditor } = await other.withKeys({ auditor: { role: 'auditor' } });
      const unknown = '00000000-0000-4000-8000-000000000000';
      await auditor.get('/v1/templates');
      await auditor.get('/v1/outbox');
      await auditor.get(`/v1/templates/account-expired/preview?notification=${unknown}`);
      await auditor.get(`/v1/notifications/${unknown}/mail?part=source`);
      const actions = (await other.events())
        .filter(({ type, data }) => type === 'AccessRecorded' && data.role === 'auditor')
        .map(({ data }) => data.action);
      expect(actions).toEqual([
        'GET /v1/outbox',
        'GET /v1/templates/:rule/preview',
        'GET /v1/notifications/:id/mail',
      ]);
    } finally {
      await other.stop();
    }
  });
});
