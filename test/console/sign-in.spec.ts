import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

let herald: TestHerald;
let keys: Readonly<Record<'admin' | 'auditor' | 'publisher', KeyClient>>;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const open = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${herald.url}${path}`, { redirect: 'manual', headers });

const post = (
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Record<string, string> = FORM,
) =>
  fetch(`${herald.url}${path}`, {
    ...{ method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields).toString() },
  });

/** Signs in. @returns the Cookie header of the session. */
const signedIn = async (key: string): Promise<string> => {
  const answer = await post('/console/sign-in', { key, to: '/console/history' });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
};

describe('while access is open', () => {
  it('leads from the root to the console, which opens and says that everybody is admin', async () => {
    const root = await open('/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/console']);
    const page = await open('/console/history');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Open access: everybody on this machine is admin');
  });

  it.each([
    ['/console/history', '/console/history'],
    ['/console/history?q=%2525&rule=x', '/console/history?q=%25'],
    ['/console', '/console'],
    ['/console/%E2%82%AC', '/console'],
    ['/console/%0aa', '/console'],
    ['/console%0a', '/console'],
    ['/console/a%20b', '/console'],
    ['/console/%7f', '/console'],
  ])('leads from signing in to where somebody wanted to go: %s', async (to, location) => {
    const answer = await open(`/console/sign-in?to=${to}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
  });

  it('says what a form has done to its own pages alone, not to a link of another site', async () => {
    const [path, said] = ['/console/operations?done=sending-held', 'Sending is held.'];
    const saidTo = async (from: Readonly<Record<string, string>>) => {
      const headers = { ...from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      const [answer] = (await once(get(`${herald.url}${path}`, { headers }), 'response')) as [
        IncomingMessage,
      ];
      return [answer.statusCode, (await text(answer)).includes(said)];
    };
    expect(await saidTo({ 'sec-fetch-site': 'same-origin' })).toEqual([200, true]);
    expect(await saidTo({})).toEqual([200, true]);
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(await saidTo({ 'sec-fetch-site': site })).toEqual([200, false]);
  });
});

describe('with keys', () => {
  beforeAll(async () => {
    keys = await herald.withKeys({ auditor: { role: 'auditor' }, publisher: { role: 'publisher' } });
  });

  it('leads whoever is not signed in to signing in, and back', async () => {
    const answer = await open('/console/history?rule=account-expired');
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(new URL(location, herald.url).searchParams.get('to')).toBe(
      '/console/history?rule=account-expired',
    );
    expect(await (await open(location)).text()).toContain('/console/history?rule&#x3D;account-expired');
  });

  it('keeps the session in a cookie that scripts, other sites and other hosts do not get', async () => {
    const answer = await post('/console/sign-in', { key: keys.auditor.key, to: '/console/history' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/console/sign-in?to=%2Fconsole%2Fhistory&signed=yes');
    const [cookie = '', ...others] = answer.headers.getSetCookie();
    expect(others.every((other) => other.includes('; Max-Age=0;'))).toBe(true);
    expect(cookie).toMatch(
      /^__Host-herald=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(keys.auditor.key);
  });

  it('opens the pages that the key may see, and names its principal', async () => {
    const cookie = await signedIn(keys.auditor.key);
    const page = await open('/console/history', { cookie });
    expect(page.status).toBe(200);
    const shown = await page.text();
    expect(shown).toContain('auditor');
    expect(shown).toContain('Sign out');
    const denied = await open('/console/history', { cookie: await signedIn(keys.publisher.key) });
    expect(denied.status).toBe(403);
    expect(await denied.text()).toContain('<code>permission-missing</code>');
  });

  it('tells somebody who may not see a page who they are, and offers to sign out: the page for signing in is for those who are not', async () => {
    const cookie = await signedIn(keys.auditor.key);
    const denied = await open('/console/keys', { cookie });
    expect(denied.status).toBe(403);
    const shown = await denied.text();
    expect(shown).toContain('Sign out');
    expect(shown).toContain('href="/console/history"');
    expect(shown).not.toContain('sign in as somebody else');
  });

  it('does not open the API with a session', async () => {
    const cookie = await signedIn(keys.admin.key);
    expect((await open('/v1/notifications', { cookie })).status).toBe(401);
  });

  it('ends with the key', async () => {
    const cookie = await signedIn(keys.publisher.key);
    await keys.admin.post(`/v1/keys/${keys.publisher.id}/revoke`, JSON_TYPE, '');
    const answer = await open('/console/history', { cookie });
    expect(answer.headers.get('location')).toContain('why=credential-invalid');
    const forgotten = answer.headers.getSetCookie();
    expect(forgotten[0]).toMatch(/^__Host-herald=; Max-Age=0;/);
    expect(forgotten.every((one) => one.includes('; Max-Age=0;'))).toBe(true);
    expect((await open('/console/history')).headers.getSetCookie()).toEqual([]);
  });

  it('says to whoever sends a form and is no longer signed in that nothing was done', async () => {
    const answer = await post('/console/operations/sending/hold', { reason: 'A try' });
    expect(answer.headers.get('location')).toBe('/console/sign-in?why=credential-missing');
    const page = await open('/console/sign-in?why=credential-missing');
    expect(await page.text()).toContain('what you sent was not done');
  });

  it('leads whoever sent a form then back to the page that the form is on, and to no other site', async () => {
    const from = (referer: string) =>
      post('/console/operations/sending/hold', { reason: 'A try' }, { ...FORM, referer });
    const answer = await from(`${herald.url}/console/operations/sending/hold?done=resolved`);
    const to = encodeURIComponent('/console/operations/sending/hold');
    expect(answer.headers.get('location')).toBe(`/console/sign-in?to=${to}&why=credential-missing`);
    const elsewhere = await from('https://evil.example/other');
    expect(elsewhere.headers.get('location')).toBe('/console/sign-in?why=credential-missing');
  });

  it('ends when somebody signs out', async () => {
    const answer = await post('/console/sign-out', {}, { ...FORM, cookie: await signedIn(keys.auditor.key) });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-herald=; Max-Age=0;/);
  });

  it('says why a key does not sign in, and repeats nothing of it', async () => {
    const answer = await post('/console/sign-in', { key: 'hk_wrong', to: '/console' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
    const shown = await answer.text();
    expect(shown).toContain('The credential is not known');
    expect(shown).not.toContain('hk_wrong');
  });

  it('takes a damaged or foreign session for none', async () => {
    for (const session of ['', 'x', 'a.b.c.d.e', (await signedIn(keys.auditor.key)).replace(/.$/, '')]) {
      const cookie = session.startsWith('__Host') ? session.slice(0, -4) : `__Host-herald=${session}`;
      expect((await open('/console/history', { cookie })).status).toBe(303);
    }
  });

  it('leads to pages of the console only', async () => {
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/console.evil',
      '/v1/people',
      'javascript:0',
    ])
      expect((await post('/console/sign-in', { key: keys.auditor.key, to })).headers.get('location')).toBe(
        '/console/sign-in?to=%2Fconsole&signed=yes',
      );
  });

  it('says so if the browser does not keep the session', async () => {
    expect(await (await open('/console/sign-in?signed=yes')).text()).toContain('did not keep the session');
  });

  it('opens a link from another site once more, so that the session comes along', async () => {
    // `fetch` says itself how it was called.
    const [answer] = (await once(
      get(`${herald.url}/console/history?rule=account-expired`, {
        headers: {
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'document',
        },
      }),
      'response',
    )) as [IncomingMessage];
    expect(answer.statusCode).toBe(401);
    expect(await text(answer)).toContain('http-equiv="refresh"');
  });

  it('knows no reasons but its own', async () => {
    for (const why of ['constructor', '__proto__', 'toString'])
      expect(await (await open(`/console/sign-in?why=${why}`)).text()).not.toContain('role="alert">');
  });

  it('keeps the success of another form out of where it leads', async () => {
    const at = '/console/operations?d%6Fne=sending-held&done=x&q=1';
    const signIn = `/console/sign-in?to=${encodeURIComponent(at)}`;
    expect(await (await open(signIn)).text()).toContain('value="/console/operations?q&#x3D;1"');
    const [answer] = (await once(
      get(`${herald.url}${at}`, {
        headers: {
          ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
        },
      }),
      'response',
    )) as [IncomingMessage];
    const again = await text(answer);
    expect(again).toContain('/console/operations?q&#x3D;1');
    expect(again).not.toMatch(/done(=|&#x3D;)/);
  });

  it('takes forms of its own pages only', async () => {
    const { 'sec-fetch-site': _, ...unmarked } = FORM;
    for (const headers of [
      unmarked,
      { ...unmarked, origin: 'https://evil.example' },
      { ...unmarked, origin: 'null' },
    ])
      expect((await post('/console/sign-in', { key: keys.auditor.key }, headers)).status).toBe(403);
    expect((await post('/console/sign-in', {}, { ...FORM, 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('reads a form of very many fields at once, so that nobody can keep the instance busy with one', async () => {
    const fields = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`field${n}`, 'x']));
    expect((await post('/console/sign-in', { ...fields, key: keys.auditor.key })).status).toBe(303);
  });
});
