import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { AURORA, liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';
import { browserOf, linksOf } from './opened.js';

interface Item {
  readonly notificationId: string;
  readonly subjectLine?: string;
  readonly outcome: string;
}

const itemsOf = async (herald: TestHerald, query: string, key?: string): Promise<readonly Item[]> => {
  await herald.settled();
  const { body } = await herald.clientWith(key).get<{ items: readonly Item[] }>(`/v1/notifications?${query}`);
  return body.items;
};

const one = async (herald: TestHerald, query: string, key?: string): Promise<Item> => {
  const [item] = await itemsOf(herald, query, key);
  if (!item) throw new Error(`There is no notification with ${query}.`);
  return item;
};

describe('a notification', () => {
  let herald: TestHerald;
  let key: string;
  let admin: ReturnType<typeof browserOf>;
  let aurora: ReturnType<typeof browserOf>;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '100000' });
    await liveThroughTwoWeeks(herald);
    const keys = await herald.withKeys({ aurora: { role: 'auditor', solutions: [AURORA] } });
    key = keys.admin.key;
    admin = browserOf(herald.url, key);
    aurora = browserOf(herald.url, keys.aurora.key);
  });
  afterAll(() => herald.stop());

  it('says why in a sentence, as a checklist, and by the events that caused it, with links', async () => {
    const item = await one(herald, 'recipient=aurora-ben&account=aurora-page', key);
    const { body: why } = await herald
      .clientWith(key)
      .get<{ sentence: string; conditions: readonly { says: string; holds: boolean }[] }>(
        `/v1/notifications/${item.notificationId}/why`,
      );
    const page = await admin.open(`/console/notifications/${item.notificationId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(why.sentence);
    for (const { says } of why.conditions) expect(page.text).toContain(says);
    expect(page.html.match(/data-holds="true"/g)).toHaveLength(why.conditions.length);
    expect(page.text).toContain('Social account connected · Account aurora-page');
    expect(linksOf(page, 'Account aurora-page')).toContain('/console/accounts/aurora-page');
    expect(linksOf(page, 'aurora-ben of aurora-1')).toEqual(['/console/people/aurora-ben?partner=aurora-1']);
    expect(linksOf(page, 'aurora-1')).toEqual(['/console/partners/aurora-1']);
    expect(page.text).toContain('The rule decides the same again');
    const [whyNot = ''] = linksOf(page, 'Why not somebody else?');
    const asked = await admin.open(whyNot);
    for (const given of ['selected>Settings update required', 'value="aurora-1"', 'value="aurora-page"'])
      expect(asked.html).toContain(given);
  });

  it('marks where it is in the life of a notification, and what happened with the replies', async () => {
    const { notificationId } = await one(herald, 'outcome=accepted', key);
    const page = await admin.open(`/console/notifications/${notificationId}`);
    expect(page.html.match(/aria-current="step"/g)).toHaveLength(1);
    expect(page.html).toMatch(/aria-current="step" data-tone="good"[^>]*>Accepted/);
    expect(page.text).toContain('Attempt 1: the mail server accepted the mail');
  });

  it('shows the mail in a frame that may run nothing, its text and its source', async () => {
    const { notificationId, subjectLine = '' } = await one(herald, 'outcome=accepted', key);
    const path = `/console/notifications/${notificationId}`;
    const page = await admin.open(path);
    expect(page.html).toContain(`<iframe src="${path}/mail" sandbox title=`);
    const frame = await admin.open(`${path}/mail`);
    expect(frame.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(frame.headers.get('content-security-policy')).toMatch(
      /default-src 'none';.*frame-ancestors 'self';.*;sandbox$/,
    );
    expect(frame.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    const { body } = await herald
      .clientWith(key)
      .get<{ mail: { html: string; text: string } }>(`/v1/notifications/${notificationId}`);
    expect(frame.html).toBe(body.mail.html);
    const dark = await admin.open(`${path}?part=html&scheme=dark`);
    expect(dark.html).toContain(`<iframe src="${path}/mail?scheme&#x3D;dark"`);
    const text = await admin.open(`${path}?part=text`);
    expect(text.html).not.toContain('<iframe');
    expect(text.text).toContain(body.mail.text.trim().split('\n')[0]);
    const source = await admin.open(`${path}?part=source`);
    expect(source.text).toContain('MIME-Version: 1.0');
    expect(page.text).toContain(subjectLine);
  });

  it('that was withheld says so, with the condition that failed first, and has no mail', async () => {
    const { notificationId } = await one(herald, 'decision=withheld', key);
    const page = await admin.open(`/console/notifications/${notificationId}`);
    expect(page.html).toMatch(/aria-current="step"[^>]*>Withheld/);
    expect(page.html.match(/>failed first</g)).toHaveLength(1);
    expect(page.html).not.toContain('<iframe');
    expect(page.text).toContain('There is no mail: it was withheld.');
    expect((await admin.open(`/console/notifications/${notificationId}/mail`)).status).toBe(404);
  });

  it('is verified on demand, with each comparison', async () => {
    const { notificationId } = await one(herald, 'outcome=accepted', key);
    const path = `/console/notifications/${notificationId}`;
    const page = await admin.open(path);
    expect(linksOf(page, 'Verify this decision')).toEqual([`${path}/verify`]);
    const verification = await admin.open(`${path}/verify`);
    expect(verification.status).toBe(200);
    expect(verification.text).toContain('Everything came out the same.');
    expect(verification.text).toContain('Hash of the mail the same');
  });

  it('of another solution does not exist', async () => {
    const { notificationId } = await one(herald, 'solution=zephyr&outcome=accepted', key);
    for (const part of ['', '/mail', '/verify']) {
      const { status, html } = await aurora.open(`/console/notifications/${notificationId}${part}`);
      expect({ part, status }).toEqual({ part, status: 404 });
      expect(html).not.toContain('zephyr');
    }
    const own = await one(herald, 'solution=aurora&outcome=accepted', key);
    expect((await aurora.open(`/console/notifications/${own.notificationId}`)).status).toBe(200);
  });
});

describe('a mail in doubt', () => {
  let smtp: FaultySmtp;
  let herald: TestHerald;
  let path: string;
  const inDoubt = async (): Promise<void> => {
    smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'drop' : undefined));
    herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
    await herald.publishAll(SMALL_WORLD);
    await herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
    await herald.moveTo('2026-03-02T09:00:00.000Z');
    const item = await one(herald, 'outcome=outcome-unknown');
    path = `/console/notifications/${item.notificationId}`;
  };
  afterEach(async () => {
    await herald.stop();
    await smtp.close();
  });

  const resolutions = async () => (await herald.events()).filter(({ type }) => type === 'OutcomeResolved');

  it('is resolved by a form that says what each answer does, with a reason and a name', async () => {
    await inDoubt();
    const browser = browserOf(herald.url);
    const page = await browser.open(path);
    expect(page.text).toContain('Nobody knows whether this mail arrived');
    expect(page.text).toContain('If the first one arrived, the recipient gets it twice.');
    expect(page.html).toContain(`<form method="post" action="${path}/resolve"`);
    const fields = { as: 'delivered', reason: 'It is in her mailbox', by: 'Grace' };
    const answer = await browser.submit(`${path}/resolve`, fields);
    expect(answer).toEqual({ status: 303, location: `${path}?done=resolved` });
    const after = await browser.open(`${path}?done=resolved`);
    expect(after.text).toContain('The outcome is recorded.');
    expect(after.text).toContain('Grace resolved the doubt: delivered');
    expect(after.text).not.toContain('Nobody knows whether this mail arrived');
    expect(await resolutions()).toMatchObject([{ data: fields }]);
  });

  it('is not resolved by a page of another site, without a reason, or without the permission', async () => {
    await inDoubt();
    const browser = browserOf(herald.url);
    const fields = { as: 'abandoned', reason: 'Its log has nothing', by: 'Grace' };
    expect((await browser.submit(`${path}/resolve`, fields, {})).status).toBe(403);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await browser.submit(`${path}/resolve`, fields, foreign)).status).toBe(403);
    expect((await browser.submit(`${path}/resolve`, { as: 'abandoned', reason: ' ' })).status).toBe(400);
    const { auditor } = await herald.withKeys({ auditor: { role: 'auditor' } });
    const reader = browserOf(herald.url, auditor.key);
    const page = await reader.open(path);
    expect(page.text).toContain('An admin of the solution can resolve it here.');
    expect(page.html).not.toContain(`${path}/resolve`);
    expect((await reader.submit(`${path}/resolve`, fields)).status).toBe(403);
    expect(await resolutions()).toEqual([]);
  });
});
