import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_CREDENTIAL } from '../../src/domain/bounds.js';
import { CLIENT, Issuer, type KeyPair } from '../access/issuer.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { until } from '../until.js';
import { Browser, type Opened } from './browser.js';

/** The provider knows no test clock. */
const nowS = () => Math.floor(Date.now() / 1_000);
const AUDIENCE = 'https://herald.example';
const ADMIN_KEY = 'the admin key of these tests'.replaceAll(' ', '-').padEnd(32, 'x');

const issuer = new Issuer();
beforeAll(async () => {
  await issuer.start();
  await issuer.addKey('RS256');
});
afterAll(() => issuer.stop());

let herald: TestHerald;
let browser: Browser;
const start = async (changes: Readonly<Record<string, string | undefined>> = {}) => {
  herald = await startTestHerald({
    ...{ HERALD_OIDC_ISSUER: issuer.url, HERALD_OIDC_AUDIENCE: AUDIENCE, HERALD_ADMIN_KEY: ADMIN_KEY },
    ...{ HERALD_OIDC_CLIENT_ID: CLIENT.id, ...changes },
  });
};
beforeEach(async () => {
  browser = new Browser();
  issuer.reset();
  issuer.accessToken = await tokenWith();
});
afterEach(() => herald.stop());

const tokenWith = (changes: JWTPayload = {}): Promise<string> =>
  new SignJWT({
    ...{ iss: issuer.url, aud: AUDIENCE, sub: 'greta', iat: nowS(), exp: nowS() + 300 },
    ...{ name: 'Greta Lindner', herald_role: 'auditor', herald_solutions: '*' },
    ...changes,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'RS256' })
    .sign((issuer.pairs.get('RS256') as KeyPair).privateKey);

/** Signs in at the provider. @returns where it leads back to. */
const authorize = async (to = '/console/history'): Promise<string> => {
  const started = await browser.open(`${herald.url}/console/sign-in/oidc?to=${encodeURIComponent(to)}`);
  expect(started.status).toBe(303);
  return (await new Browser().open(started.location)).location;
};

const finish = async (): Promise<Opened> => browser.open(await authorize(), 'cross-site');

/** Where the page leads on by itself. */
const nextOf = ({ text }: Opened): string =>
  /content="0;url=([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';

const saysOf = ({ text }: Opened): string => /role="alert">([^<]*)</.exec(text)?.[1] ?? '';

describe('Signing in at the OpenID provider', () => {
  it('leads there and back, and makes the access token a session of the console', async () => {
    await start();
    const page = await browser.open(`${herald.url}/console/history`, 'none');
    expect(page.location).toBe('/console/sign-in?to=%2Fconsole%2Fhistory');
    const { text } = await browser.open(herald.url + page.location);
    expect(text).toContain(`Sign in at ${new URL(issuer.url).host}</a>`);
    expect(text).toContain('href="/console/sign-in/oidc?to&#x3D;%2Fconsole%2Fhistory"');

    const started = await browser.open(`${herald.url}/console/sign-in/oidc?to=%2Fconsole%2Fhistory`);
    const asked = Object.fromEntries(new URL(started.location).searchParams);
    expect(asked).toMatchObject({
      ...{ response_type: 'code', client_id: CLIENT.id, scope: 'openid profile', audience: AUDIENCE },
      ...{ code_challenge_method: 'S256', redirect_uri: `${herald.url}/console/sign-in/oidc/callback` },
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(started.setCookies).toEqual([
      expect.stringMatching(
        /^__Host-herald-sign-in=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);

    const { location } = await new Browser().open(started.location);
    const back = await browser.open(location, 'cross-site');
    expect(back.status).toBe(200);
    expect(browser.cookieNames).toEqual(['__Host-herald']);
    expect(nextOf(back)).toBe('/console/sign-in?to=%2Fconsole%2Fhistory&signed=yes');
    expect(await browser.open(herald.url + nextOf(back))).toMatchObject({
      ...{ status: 303, location: '/console/history' },
    });
    const history = await browser.open(`${herald.url}/console/history`);
    expect(history.status).toBe(200);
    expect(history.text).toContain('Greta Lindner');
    expect((await browser.open(`${herald.url}/v1/people`)).status).toBe(401);
  });

  it('ends with the token, whatever the test clock says', async () => {
    await start();
    issuer.accessToken = await tokenWith({ exp: nowS() - 55 });
    await finish();
    await herald.clientWith(ADMIN_KEY).moveTo('2027-03-02T09:00:00.000Z');
    const open = () => browser.open(`${herald.url}/console/history`);
    expect((await open()).status).toBe(200);
    const page = await until(open, ({ status }) => status === 303);
    expect(page.location).toBe('/console/sign-in?to=%2Fconsole%2Fhistory&why=credential-invalid');
  });

  it('proves with the secret of the client who asks, where the provider takes it', async () => {
    await start({ HERALD_OIDC_CLIENT_SECRET: CLIENT.secret, HERALD_OIDC_SCOPES: 'herald offline_access' });
    const back = await authorize();
    expect((await browser.open(back, 'cross-site')).status).toBe(200);
    const [request] = issuer.tokenRequests;
    const [, basic = ''] = /^Basic (.+)$/.exec(request?.authorization ?? '') ?? [];
    const sent = new URLSearchParams(Buffer.from(basic, 'base64').toString().replace(':', '='));
    expect([...sent]).toEqual([[CLIENT.id, CLIENT.secret]]);
    expect(request?.form.client_secret).toBeUndefined();
    await herald.stop();
    issuer.authMethods = ['client_secret_basic', 'client_secret_post'];
    await start({ HERALD_OIDC_CLIENT_SECRET: CLIENT.secret });
    expect((await finish()).status).toBe(200);
    const { authorization, form } = issuer.tokenRequests[1] ?? {};
    expect([authorization, form?.client_id, form?.client_secret]).toEqual([
      ...[undefined, CLIENT.id, CLIENT.secret],
    ]);
  });

  it('takes the ID token where the access token is none for Herald, and Herald’s audience is the client', async () => {
    await start({ HERALD_OIDC_AUDIENCE: CLIENT.id });
    issuer.accessToken = 'opaque';
    issuer.idClaims = { herald_role: 'admin', herald_solutions: '*', name: 'Greta' };
    const back = await browser.open(await authorize(), 'cross-site');
    expect(back.status).toBe(200);
    expect((await browser.open(`${herald.url}/console/history`)).text).toContain('Greta');
  });

  it('fits the longest token into cookies, and forgets them all for a shorter one', async () => {
    await start();
    issuer.accessToken = await tokenWith({ groups: 'x'.repeat(5_500) });
    expect(issuer.accessToken.length).toBeGreaterThan(MAX_CREDENTIAL * 0.9);
    const long = await finish();
    expect(Math.max(...long.setCookies.map((one) => one.length))).toBeLessThan(4_096);
    expect(browser.cookieNames).toEqual(['__Host-herald', '__Host-herald-1', '__Host-herald-2']);
    expect((await browser.open(`${herald.url}/console/history`)).status).toBe(200);
    issuer.accessToken = await tokenWith();
    await finish();
    expect(browser.cookieNames).toEqual(['__Host-herald']);
    expect((await browser.open(`${herald.url}/console/history`)).status).toBe(200);
  });

  it('leads to pages of the console alone, and to none whose address is too long for a cookie', async () => {
    await start();
    const LONG = `/console/history?recipient=${'x'.repeat(2_000)}`;
    for (const to of ['https://evil.example/', '//evil.example', '/v1/people', '/consoles', LONG]) {
      const back = await browser.open(await authorize(to), 'cross-site');
      expect(nextOf(back)).toBe('/console/sign-in?to=%2Fconsole&signed=yes');
    }
  });

  it('leads back to HERALD_CONSOLE_URL, whose host Herald then answers to', async () => {
    await start({ HERALD_CONSOLE_URL: 'https://herald.internal/' });
    const { location } = await browser.open(`${herald.url}/console/sign-in/oidc`);
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(
      'https://herald.internal/console/sign-in/oidc/callback',
    );
  });
});

describe('A sign-in that is not one is refused, and makes no session', () => {
  beforeEach(() => start());

  const refused = async (back: Opened, status = 401): Promise<string> => {
    expect(back.status).toBe(status);
    expect(back.setCookies).toEqual([expect.stringMatching(/^__Host-herald-sign-in=; Max-Age=0/)]);
    expect(browser.cookieNames).toEqual([]);
    expect((await browser.open(`${herald.url}/console/history`)).status).toBe(303);
    return saysOf(back);
  };

  const NOT_STARTED = /this browser did not start/;
  const NO_ANSWER = /not the answer of the OpenID provider to a sign-in from here/;

  it('of a browser that did not start it', async () => {
    const location = await authorize();
    browser = new Browser();
    expect(await refused(await browser.open(location, 'cross-site'))).toMatch(NOT_STARTED);
    expect(issuer.tokenRequests).toEqual([]);
  });

  it('of a browser whose cookie was not made here, or for something else', async () => {
    const location = await authorize();
    const { setCookies } = await new Browser().open(location, 'cross-site');
    expect(setCookies).toHaveLength(1);
    browser = new Browser();
    browser.keep('__Host-herald-sign-in', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA');
    expect(await refused(await browser.open(location, 'cross-site'))).toMatch(NOT_STARTED);
  });

  it('that was finished before', async () => {
    const location = await authorize();
    expect((await browser.open(location, 'cross-site')).status).toBe(200);
    browser = new Browser();
    expect(await refused(await browser.open(location, 'cross-site'))).toMatch(NOT_STARTED);
  });

  it.each([
    ['another state', { state: 'forged' }],
    ['no state', { state: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['a token in the address', { id_token: 'x.y.z' }],
  ])('with %s', async (_, authorized) => {
    issuer.authorized = authorized;
    expect(await refused(await finish())).toMatch(NO_ANSWER);
    expect(issuer.tokenRequests).toEqual([]);
  });

  it.each([
    ['the nonce of another sign-in', { nonce: 'forged' }],
    ['no nonce', { nonce: undefined }],
    ['an ID token for another client', { aud: 'another-client' }],
    ['an ID token of another issuer', { iss: 'https://evil.example' }],
    ['an ID token that has expired', { exp: 1_700_000_000 }],
  ])('with %s', async (_, idClaims: JWTPayload) => {
    issuer.idClaims = idClaims;
    expect(await refused(await finish())).toMatch(NO_ANSWER);
  });

  it('with an ID token that the provider did not sign', async () => {
    issuer.idKey = (await generateKeyPair('RS256')).privateKey;
    expect(await refused(await finish())).toMatch(NO_ANSWER);
  });

  it.each([
    ['code', { code: 'guessed' }, 'the OpenID provider answered invalid_grant'],
    ['consent', { code: undefined, error: 'access_denied' }, 'the OpenID provider answered access_denied'],
  ])('without the %s of the provider', async (_, authorized, says) => {
    issuer.authorized = authorized;
    expect(await refused(await finish())).toContain(says);
  });

  it('with tokens that are not for Herald', async () => {
    issuer.accessToken = await tokenWith({ aud: 'https://other.example' });
    expect(await refused(await finish())).toContain('its claim aud is not accepted');
  });

  it('with an access token that is not accepted, and says why beside what is wrong with the ID token', async () => {
    issuer.accessToken = await tokenWith({ exp: nowS() - 100 });
    const says = await refused(await finish());
    expect(says).toContain('The token is not accepted: it has expired.');
    expect(says).toContain('the ID token either: The token is not accepted: its claim aud is not accepted.');
  });

  it('with a token that gives no access', async () => {
    issuer.accessToken = await tokenWith({ herald_role: 'none' });
    expect(await refused(await finish(), 403)).toContain('gives no access');
  });

  it('while the provider is away; it can be used once it is back, and is asked once a second until then', async () => {
    issuer.status = 500;
    const page = await browser.open(`${herald.url}/console/sign-in/oidc`);
    expect([page.status, page.location, browser.cookieNames]).toEqual([503, '', []]);
    // Not each of these is within a second of the one before on a busy machine.
    await until(
      async () => {
        const { requests } = issuer;
        expect((await browser.open(`${herald.url}/console/sign-in/oidc`)).status).toBe(503);
        return issuer.requests - requests;
      },
      (requests) => requests === 0,
    );
    issuer.status = 200;
    await until(
      () => browser.open(`${herald.url}/console/sign-in/oidc`),
      ({ status }) => status !== 503,
    );
    const location = await authorize();
    issuer.status = 500;
    await refused(await browser.open(location, 'cross-site'), 503);
    issuer.status = 200;
    await until(finish, ({ status }) => status === 200);
  });

  it('too often from one address, and answers that are none do not count', async () => {
    for (const authorized of [{ state: 'forged' }, { code: 'guessed' }]) {
      issuer.authorized = authorized;
      for (let n = 0; n < 16; n += 1) expect((await finish()).status).toBe(401);
    }
    issuer.authorized = {};
    issuer.accessToken = await tokenWith({ aud: 'https://other.example' });
    const statuses: number[] = [];
    for (let n = 0; n < 31; n += 1) statuses.push((await finish()).status);
    expect(statuses).toEqual([...Array<number>(30).fill(401), 429]);
  });
});

describe('A session whose token opens no page', () => {
  /** Another instance of the same installation, at which the browser comes with its session. */
  const comeBack = async (changes: Readonly<Record<string, string>>, status = 200): Promise<Opened> => {
    const secret = { HERALD_SECRET: 'the secret of all instances, and long enough' };
    await start(secret);
    await finish();
    await herald.stop();
    issuer.status = status;
    await start({ ...secret, ...changes });
    return browser.open(`${herald.url}/console/history`);
  };

  const signInWithKey = async (): Promise<void> => {
    const signedIn = await browser.send(`${herald.url}/console/sign-in`, { key: ADMIN_KEY, to: '/console' });
    expect(signedIn.status).toBe(303);
    expect((await browser.open(`${herald.url}/console/history`)).status).toBe(200);
  };

  it('lets somebody sign in otherwise where the token no longer gives access', async () => {
    const page = await comeBack({ HERALD_OIDC_ROLE_CLAIM: 'roles' });
    expect(page.status).toBe(403);
    expect(page.text).toContain('<a href="/console/sign-in">sign in as somebody else</a>');
    const signIn = await browser.open(`${herald.url}/console/sign-in`);
    expect([signIn.status, saysOf(signIn)]).toEqual([
      200,
      expect.stringContaining('its claim roles is none of'),
    ]);
    expect(signIn.text).toContain('name="key"');
    await signInWithKey();
  });

  it('lets somebody sign in with a key while the provider is away', async () => {
    const page = await comeBack({}, 500);
    expect(page.status).toBe(503);
    const signIn = await browser.open(`${herald.url}/console/sign-in`);
    expect([signIn.status, saysOf(signIn)]).toEqual([200, expect.stringContaining('cannot be read')]);
    expect(signIn.text).toContain('name="key"');
    await signInWithKey();
  });
});

describe('Without a client at the provider', () => {
  it('the console offers keys alone', async () => {
    await start({ HERALD_OIDC_CLIENT_ID: undefined });
    expect((await browser.open(`${herald.url}/console/sign-in`)).text).not.toContain('oidc');
    for (const path of ['oidc', 'oidc/callback'])
      expect((await browser.open(`${herald.url}/console/sign-in/${path}`)).status).toBe(404);
  });

  it.each([
    [
      { HERALD_OIDC_CLIENT_ID: 'x', HERALD_OIDC_ISSUER: undefined, HERALD_OIDC_AUDIENCE: undefined },
      'HERALD_OIDC_CLIENT_ID',
    ],
    [{ HERALD_OIDC_CLIENT_ID: undefined, HERALD_OIDC_CLIENT_SECRET: 'x' }, 'HERALD_OIDC_CLIENT_SECRET'],
    [{ HERALD_OIDC_CLIENT_ID: undefined, HERALD_OIDC_SCOPES: 'x' }, 'HERALD_OIDC_SCOPES'],
    [{ HERALD_CONSOLE_URL: 'http://herald.example' }, 'HERALD_CONSOLE_URL'],
    [{ HERALD_CONSOLE_URL: 'https://herald.example/console' }, 'HERALD_CONSOLE_URL'],
  ])('does not start with %j', async (settings, field) => {
    await expect(start(settings)).rejects.toMatchObject({ code: 'invalid-configuration', field });
    await start();
  });
});
