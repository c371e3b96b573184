import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { type OpenedPage, withoutJavaScript } from './without-javascript.js';

const FORM = { name: 'CMS', role: 'auditor', reach: 'all', lifetime: '30' };

const keyIn = ({ text }: OpenedPage): string => /hk_[0-9a-f]{16}_[\w-]{43}/.exec(text)?.[0] ?? '';
const idOf = (key: string): string => key.split('_')[1] ?? '';

describe('the first key', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
  });
  afterAll(() => herald.stop());

  it('ends open access: the form says so before, and the answer says how to go on', async () => {
    const browser = withoutJavaScript(herald);
    expect((await browser.open('/console/keys/new')).text).toContain('With the first key that ends');
    const answer = await browser.submit('/console/keys', FORM);
    expect(answer.status).toBe(200);
    expect(keyIn(answer)).not.toBe('');
    expect(answer.text).toContain('This key cannot manage keys.');
    expect(answer.links).toContain('/console/sign-in');
    expect((await browser.open('/console/keys')).location).toContain('/console/sign-in');
  });
});

describe('keys', () => {
  let herald: TestHerald;
  let keys: Readonly<Record<'admin' | 'auditor' | 'bound', KeyClient>>;
  let admin: ReturnType<typeof withoutJavaScript>;
  let bound: ReturnType<typeof withoutJavaScript>;
  beforeAll(async () => {
    herald = await startTestHerald();
    keys = await herald.withKeys({
      auditor: { role: 'auditor' },
      bound: { role: 'admin', solutions: ['acme'] },
    });
    admin = withoutJavaScript(herald, keys.admin.key);
    bound = withoutJavaScript(herald, keys.bound.key);
  });
  afterAll(() => herald.stop());

  it('are listed with their role, state and last use, and without their text', async () => {
    const { status, text, html, links } = await admin.open('/console/keys?limit=2');
    expect(status).toBe(200);
    expect(text).toContain('bound');
    expect(links).toContain(`/console/keys/${keys.auditor.id}`);
    expect(links).toContain(`/console/keys?after=${keys.auditor.id}`);
    for (const { key } of Object.values(keys)) expect(html).not.toContain(key);
  });

  it('are shown once, in the answer to the form, and in no address', async () => {
    const answer = await admin.submit('/console/keys', { ...FORM, sources: '/a\r\n/b' });
    const key = keyIn(answer);
    expect(answer).toMatchObject({ status: 200, location: '' });
    expect(answer.links.join(' ')).not.toContain(key);
    const page = await admin.open(`/console/keys/${idOf(key)}`);
    expect(page.html).not.toContain(key);
    expect(page.text).toContain('Wed 1 Apr 2026, 09:00 UTC');
    expect(page.text).toContain('/a, /b');
    expect((await withoutJavaScript(herald, key).open('/console/history')).status).toBe(200);
  });

  it('are refused with every field at fault', async () => {
    const both = await admin.submit('/console/keys', { ...FORM, solutions: 'acme' });
    expect(both.html).toContain('Choose all solutions, or name some, and not both.');
    const none = await admin.submit('/console/keys', { ...FORM, reach: 'some' });
    expect(none.status).toBe(400);
    expect(none.text).toContain('solutions');
  });

  it('are refused with 415 where no form is sent, as on every page', async () => {
    const marked = { 'sec-fetch-site': 'same-origin', authorization: `Bearer ${keys.admin.key}` };
    const posted = (path: string) =>
      fetch(`${herald.url}/console/${path}`, {
        ...{ method: 'POST', body: JSON.stringify(FORM) },
        headers: { ...marked, 'content-type': 'application/json' },
      });
    for (const path of ['keys', `keys/${keys.auditor.id}/rotate`])
      expect([path, (await posted(path)).status]).toEqual([path, 415]);
  });

  it('are rotated: the old secret holds for the overlap', async () => {
    const [old, overlapped, ended] = [keyIn(await admin.submit('/console/keys', FORM)), '604800', '0'];
    const path = `/console/keys/${idOf(old)}`;
    const first = keyIn(await admin.submit(`${path}/rotate`, { overlap: overlapped, lifetime: 'never' }));
    expect((await admin.open(path)).text).toContain('valid until Mon 9 Mar 2026, 09:00 UTC');
    expect((await withoutJavaScript(herald, old).open('/console/history')).status).toBe(200);
    const second = keyIn(await admin.submit(`${path}/rotate`, { overlap: ended, lifetime: 'same' }));
    expect((await withoutJavaScript(herald, first).open('/console/history')).status).toBe(303);
    expect((await withoutJavaScript(herald, second).open('/console/history')).status).toBe(200);
  });

  it('are revoked, after the page has said what that does', async () => {
    const key = keyIn(await admin.submit('/console/keys', FORM));
    const path = `/console/keys/${idOf(key)}`;
    expect((await admin.open(`${path}/revoke`)).text).toContain('It was never used.');
    expect((await admin.submit(`${path}/revoke`)).location).toBe(`${path}?done=key-revoked`);
    const page = await admin.open(path);
    expect(page.text).toContain('Revoked');
    expect(page.forms).toEqual([]);
    expect((await withoutJavaScript(herald, key).open('/console/history')).status).toBe(303);
  });

  it('that somebody is signed in with say so before they are revoked', async () => {
    expect((await admin.open(`/console/keys/${keys.admin.id}/revoke`)).text).toContain(
      'you will be signed out',
    );
  });

  it('of other solutions are not seen, nor made, by an admin that is bound to some', async () => {
    const list = await bound.open('/console/keys');
    expect(list.text).toContain('bound to acme');
    expect(list.links).not.toContain(`/console/keys/${keys.auditor.id}`);
    for (const path of [`/console/keys/${keys.auditor.id}`, `/console/keys/${keys.auditor.id}/revoke`])
      expect((await bound.open(path)).status).toBe(404);
    expect((await bound.submit(`/console/keys/${keys.auditor.id}/revoke`)).status).toBe(404);
    for (const reach of [
      { reach: 'all', solutions: '' },
      { reach: 'some', solutions: 'zephyr' },
    ])
      expect((await bound.submit('/console/keys', { ...FORM, ...reach })).status).toBe(403);
    expect(
      keyIn(await bound.submit('/console/keys', { ...FORM, reach: 'some', solutions: 'acme' })),
    ).not.toBe('');
  });

  it('are for admins: an auditor sees none, and a form from elsewhere makes none', async () => {
    expect((await withoutJavaScript(herald, keys.auditor.key).open('/console/keys')).status).toBe(403);
    expect((await admin.submit('/console/keys', FORM, {})).status).toBe(403);
  });

  it('leave no text in the access log', async () => {
    const key = keyIn(await admin.submit('/console/keys', FORM));
    await herald.settled();
    const { text } = await keys.admin.get('/v1/access-log');
    expect(text).toContain('POST /console/keys');
    expect(text).not.toContain(key);
  });
});
