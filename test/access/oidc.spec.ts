import { generateKeyPairSync } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../src/application/ports/clock.js';
import { OidcTokens } from '../../src/infrastructure/oidc/oidc-tokens.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { until } from '../until.js';
import { ALGORITHMS, Issuer, type KeyPair } from './issuer.js';

const NOW = '2026-03-02T09:00:00.000Z';
const NOW_S = Date.parse(NOW) / 1_000;
const AUDIENCE = 'https://herald.example';

let monotonicMs = 0;

class StoppedClock extends Clock {
  override now(): string {
    return NOW;
  }

  override monotonicMs(): number {
    return monotonicMs;
  }
}

const issuer = new Issuer();
let tokens: OidcTokens;
beforeAll(async () => {
  await issuer.start();
  for (const alg of ALGORITHMS) await issuer.addKey(alg);
});
afterAll(() => issuer.stop());
beforeEach(() => {
  tokens = verifier();
});
afterEach(() => issuer.reset());

const verifier = (changes: object = {}) =>
  new OidcTokens(
    {
      ...{ issuer: issuer.url, audience: AUDIENCE, cooldownMs: 0 },
      ...{ roleClaim: 'herald_role', solutionsClaim: 'herald_solutions', unboundRoles: [] },
      ...changes,
    },
    new StoppedClock(),
  );

interface Making {
  readonly alg?: string;
  readonly kid?: string | undefined;
  readonly header?: object;
  readonly key?: Parameters<SignJWT['sign']>[0];
}

const claimsWith = (changes: JWTPayload = {}): JWTPayload => ({
  ...{ iss: issuer.url, aud: AUDIENCE, sub: 'greta', iat: NOW_S, exp: NOW_S + 300 },
  ...{ herald_role: 'auditor', herald_solutions: ['aurora'] },
  ...changes,
});

const tokenWith = (changes: JWTPayload = {}, making: Making = {}): Promise<string> => {
  const { alg = 'RS256', kid = alg, header = {}, key } = making;
  const signing = key ?? (issuer.pairs.get(kid ?? '') as KeyPair).privateKey;
  return new SignJWT(claimsWith(changes)).setProtectedHeader({ alg, kid, ...header }).sign(signing);
};

const encoded = (part: object): string => base64url.encode(JSON.stringify(part));

describe('A token of the OpenID provider', () => {
  it.each(ALGORITHMS)('is accepted if it is signed with %s', async (alg) => {
    expect(await tokens.verify(await tokenWith({}, { alg }))).toEqual({
      ...{ id: `oidc:${issuer.url}#greta`, name: 'greta', role: 'auditor', scope: ['aurora'] },
    });
  });

  it.each([undefined, 'at+jwt', 'application/at+jwt', 'JWT'])('may be of the type %s', async (typ) => {
    expect(await tokens.verify(await tokenWith({}, { header: { typ } }))).toMatchObject({ role: 'auditor' });
  });

  it('may be off by a minute, and no more', async () => {
    const isAccepted = async (changes: JWTPayload) =>
      tokens.verify(await tokenWith(changes)).then(
        () => true,
        () => false,
      );
    expect(await isAccepted({ exp: NOW_S - 59 })).toBe(true);
    expect(await isAccepted({ exp: NOW_S - 60 })).toBe(false);
    expect(await isAccepted({ nbf: NOW_S + 60 })).toBe(true);
    expect(await isAccepted({ nbf: NOW_S + 61 })).toBe(false);
  });

  it('is not accepted if it is forged, whichever way', async () => {
    const good = await tokenWith();
    const [header = '', payload = '', signature = ''] = good.split('.');
    const own = await generateKeyPair('RS256', { extractable: true });
    const ownJwk = await exportJWK(own.publicKey);
    const rsa = (issuer.pairs.get('RS256') as KeyPair).publicKey;
    const pem = new TextEncoder().encode(await exportSPKI(rsa));
    const modulus = base64url.decode((await exportJWK(rsa)).n as string);
    const asAdmin = encoded(claimsWith({ herald_role: 'admin', herald_solutions: '*' }));
    const forged: Readonly<Record<string, string>> = {
      'without a signature': `${encoded({ alg: 'none' })}.${payload}.`,
      'without a signature, in capitals': `${encoded({ alg: 'NONE' })}.${payload}.`,
      'its signature cut off': `${header}.${payload}.`,
      'its claims changed': `${header}.${asAdmin}.${signature}`,
      'its signature changed': `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      'another part behind it': `${good}.AAAA`,
      'two tokens': `${good}${good}`,
      'an encrypted token': `${header}.AAAA.AAAA.AAAA.AAAA`,
      'the public key as a secret': await tokenWith({}, { alg: 'HS256', kid: 'RS256', key: pem }),
      'the modulus as a secret': await tokenWith({}, { alg: 'HS256', kid: 'RS256', key: modulus }),
      'a key of its own, of the same id': await tokenWith({}, { key: own.privateKey }),
      'a key of its own, in the header': await tokenWith(
        {},
        { key: own.privateKey, header: { jwk: ownJwk } },
      ),
      'a key of its own, elsewhere': await tokenWith(
        {},
        { key: own.privateKey, header: { jku: 'http://127.0.0.1:1/keys', kid: 'own' } },
      ),
      'a key of its own, as a certificate': await tokenWith(
        {},
        { key: own.privateKey, header: { x5c: ['AAAA'], x5u: 'http://127.0.0.1:1/' } },
      ),
      'a key that does not exist': await tokenWith({}, { key: own.privateKey, kid: 'nothing' }),
      'another algorithm of the key': await new SignJWT(claimsWith())
        .setProtectedHeader({ alg: 'RS512', kid: 'RS256' })
        .sign(
          await crypto.subtle.importKey(
            'jwk',
            { ...(await exportJWK((issuer.pairs.get('RS256') as KeyPair).privateKey)), alg: 'RS512' },
            { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
            false,
            ['sign'],
          ),
        ),
      'the algorithm of another key': `${encoded({ alg: 'ES256', kid: 'RS256' })}.${payload}.${signature}`,
      'an ES256 signature of zeros': `${encoded({ alg: 'ES256', kid: 'ES256' })}.${payload}.${'A'.repeat(86)}`,
      'an extension that must be understood': `${encoded({ alg: 'RS256', kid: 'RS256', crit: ['x'], x: 1 })}.${payload}.${signature}`,
      'of another issuer': await tokenWith({ iss: 'https://issuer.example' }),
      'of an issuer with a slash more': await tokenWith({ iss: `${issuer.url}/` }),
      'for another audience': await tokenWith({ aud: 'https://other.example' }),
      'for a longer audience': await tokenWith({ aud: `${AUDIENCE}.evil.example` }),
      'for nobody': await tokenWith({ aud: undefined }),
      'about nobody': await tokenWith({ sub: undefined }),
      'about a number': await tokenWith({ sub: 7 as unknown as string }),
      'about an object': await tokenWith({ sub: { id: 7 } as unknown as string }),
      'without an end': await tokenWith({ exp: undefined }),
      'with an end that is text': await tokenWith({ exp: '9999999999' as unknown as number }),
      'ended an hour ago': await tokenWith({ exp: NOW_S - 3_600 }),
      'not valid before tomorrow': await tokenWith({ nbf: NOW_S + 86_400 }),
      'a logout token': await tokenWith({}, { header: { typ: 'logout+jwt' } }),
      'a proof of possession': await tokenWith({}, { header: { typ: 'dpop+jwt' } }),
      'not JSON': `${base64url.encode('x')}.${base64url.encode('y')}.AAAA`,
    };
    const accepted: string[] = [];
    for (const [how, token] of Object.entries(forged))
      await tokens.verify(token).then(
        () => accepted.push(how),
        (error: unknown) => expect(error, how).toMatchObject({ code: 'credential-invalid' }),
      );
    expect(accepted).toEqual([]);
    expect(Object.keys(forged).length).toBeGreaterThanOrEqual(12);
    process.stdout.write(`${Object.keys(forged).length} forged tokens, ${accepted.length} accepted\n`);
    expect(await tokens.verify(good)).toMatchObject({ role: 'auditor' });
  });

  it('may be signed with a key that the provider has added, and not with one that it has removed', async () => {
    const old = await tokenWith({}, { alg: 'ES256' });
    await tokens.verify(old);
    await issuer.addKey('ES256', 'next');
    const next = await tokenWith({}, { alg: 'ES256', kid: 'next' });
    expect(await tokens.verify(next)).toMatchObject({ role: 'auditor' });
    issuer.keys = issuer.keys.filter(({ kid }) => kid !== 'next');
    const unknown = await tokenWith(
      {},
      { alg: 'ES256', kid: 'nothing', key: (issuer.pairs.get('ES256') as KeyPair).privateKey },
    );
    await expect(tokens.verify(unknown)).rejects.toMatchObject({ code: 'credential-invalid' });
    await expect(tokens.verify(next)).rejects.toMatchObject({ code: 'credential-invalid' });
  });

  it('of a key that does not exist does not make Herald ask the provider each time', async () => {
    const patient = verifier({ cooldownMs: 30_000 });
    await patient.verify(await tokenWith());
    const before = issuer.requests;
    for (let n = 0; n < 20; n += 1)
      await expect(
        patient.verify(
          await tokenWith({}, { kid: `x${n}`, key: (issuer.pairs.get('RS256') as KeyPair).privateKey }),
        ),
      ).rejects.toMatchObject({ code: 'credential-invalid' });
    expect(issuer.requests).toBe(before);
  });

  it.each([
    ['its discovery document', {}],
    ['its keys', { known: true }],
    ['its keys, which it has to give anew', { known: true, cooldownMs: 0 }],
  ])(
    'does not make Herald ask a provider that is away each time: for %s',
    async (_, {
      known,
      ...options
    }: {
      known?: boolean;
    }) => {
      const asking = verifier({ ...options, ...(known ? { jwksUrl: `${issuer.url}/keys` } : {}) });
      if ('cooldownMs' in options) await asking.verify(await tokenWith());
      issuer.status = 500;
      const before = issuer.requests;
      const key = (issuer.pairs.get('RS256') as KeyPair).privateKey;
      const isRefused = async (kid: string) =>
        expect(asking.verify(await tokenWith({}, { kid, key }))).rejects.toMatchObject({
          code: 'issuer-unavailable',
        });
      for (let n = 0; n < 20; n += 1) await isRefused(`x${n}`);
      expect(issuer.requests - before).toBe(1);
      monotonicMs += 1_000;
      await isRefused('y');
      expect(issuer.requests - before).toBe(2);
      monotonicMs += 1_000;
      issuer.status = 200;
      expect(await asking.verify(await tokenWith())).toMatchObject({ role: 'auditor' });
    },
  );

  it('cannot be verified while the provider does not answer, or answers nonsense; it can once it does', async () => {
    const token = await tokenWith();
    issuer.status = 500;
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'issuer-unavailable' });
    issuer.status = 200;
    monotonicMs += 1_000;
    issuer.claimedIssuer = 'https://other.example';
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'issuer-unavailable' });
    issuer.claimedIssuer = undefined;
    monotonicMs += 1_000;
    expect(await tokens.verify(token)).toMatchObject({ role: 'auditor' });
    const away = verifier({ jwksUrl: 'http://127.0.0.1:1/keys' });
    await expect(away.verify(token)).rejects.toMatchObject({ code: 'issuer-unavailable' });
  });

  it('cannot be verified with a key of the provider that is too weak', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    issuer.keys.push({ ...weak.publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: 'weak' } as JWK);
    const token = await tokenWith(
      {},
      { kid: 'weak', key: (issuer.pairs.get('RS256') as KeyPair).privateKey },
    );
    await expect(tokens.verify(token)).rejects.toMatchObject({
      code: 'issuer-unavailable',
      message: expect.stringContaining('2048 bits'),
    });
    issuer.keys = issuer.keys.filter(({ kid }) => kid !== 'weak');
  });
});

describe('The claims of a token', () => {
  it.each([
    [{ herald_role: 'publisher' }, { role: 'publisher', scope: ['aurora'] }],
    [{ herald_role: ['x', 'admin', 'auditor'] }, { role: 'admin' }],
    [{ herald_role: 'openid auditor' }, { role: 'auditor' }],
    [{ herald_solutions: ['aurora', 'boreal', 'aurora'] }, { scope: ['aurora', 'boreal'] }],
    [{ herald_solutions: 'aurora boreal' }, { scope: ['aurora', 'boreal'] }],
    [{ herald_solutions: '*' }, { scope: 'all' }],
    [{ herald_solutions: ['*'] }, { scope: 'all' }],
    [{ name: 'Greta\nLindner' }, { name: 'Greta Lindner' }],
    [{ client_id: 'crm' }, { name: 'crm' }],
  ])('%j give %j', async (changes, principal) => {
    expect(await tokens.verify(await tokenWith(changes))).toMatchObject(principal);
  });

  it.each([
    { herald_role: undefined },
    { herald_role: 'root' },
    { herald_role: 'Admin' },
    { herald_role: { admin: true } },
    { herald_role: ['publisher', 'auditor'] },
    { herald_solutions: undefined },
    { herald_solutions: [] },
    { herald_solutions: '' },
    { herald_solutions: { all: true } },
    { herald_solutions: 'a '.repeat(101) },
  ])('%j give no access, although the token is valid', async (changes) => {
    await expect(tokens.verify(await tokenWith(changes))).rejects.toMatchObject({
      code: 'permission-missing',
    });
  });

  it('may have other names, also within claims, and a setting lets a role cover all solutions without any', async () => {
    const keycloak = verifier({ roleClaim: 'realm_access.roles', unboundRoles: ['auditor'] });
    const token = await tokenWith({ realm_access: { roles: ['auditor'] }, herald_solutions: undefined });
    expect(await keycloak.verify(token)).toMatchObject({ role: 'auditor', scope: 'all' });
    const bound = await tokenWith({ realm_access: { roles: ['auditor'] }, herald_solutions: [] });
    await expect(keycloak.verify(bound)).rejects.toMatchObject({ code: 'permission-missing' });
  });
});

describe('An instance with an OpenID provider', () => {
  let herald: TestHerald;
  const nowS = () => Math.floor(Date.now() / 1_000);
  const currentToken = (changes: JWTPayload = {}): Promise<string> =>
    tokenWith({ iat: nowS(), exp: nowS() + 300, ...changes });
  afterEach(() => herald.stop());

  it('takes its tokens, also beside API keys, and answers 503 while it is away', async () => {
    herald = await startTestHerald({
      ...{ HERALD_OIDC_ISSUER: issuer.url, HERALD_OIDC_AUDIENCE: AUDIENCE },
      HERALD_OIDC_UNBOUND_ROLES: 'admin',
    });
    const ask = async (token: string | undefined, path = '/v1/people') => {
      const { status, body } = await herald.clientWith(token).get<ProblemBody>(path);
      return [status, body.code];
    };
    issuer.status = 500;
    expect(await ask(await currentToken())).toEqual([503, 'issuer-unavailable']);
    issuer.status = 200;
    expect(await ask(undefined)).toEqual([401, 'credential-missing']);
    await until(
      async () => ask(await currentToken()),
      ([status]) => status === 200,
    );
    expect(await ask(await currentToken(), '/metrics')).toEqual([403, 'permission-missing']);
    expect(await ask(await currentToken({ exp: nowS() - 61 }))).toEqual([401, 'credential-invalid']);
    const admin = await currentToken({ herald_role: 'admin', herald_solutions: undefined });
    const keys = await herald.withKeys({}, herald.clientWith(admin));
    expect(await ask(keys.admin.key)).toEqual([200, undefined]);
  });

  it('takes them by real time, wherever its test clock stands', async () => {
    herald = await startTestHerald({ HERALD_OIDC_ISSUER: issuer.url, HERALD_OIDC_AUDIENCE: AUDIENCE });
    const token = await currentToken({ herald_role: 'admin', herald_solutions: '*' });
    const statusOf = async (given: string) => (await herald.clientWith(given).get('/v1/people')).status;
    expect(await statusOf(await currentToken({ exp: nowS() - 61 }))).toBe(401);
    expect(await statusOf(await currentToken({ nbf: nowS() - 1 }))).toBe(200);
    await herald.clientWith(token).moveTo('2027-03-02T09:00:00.000Z');
    expect(await statusOf(token)).toBe(200);
  });

  it.each([
    [{ HERALD_OIDC_ISSUER: 'https://issuer.example' }, 'HERALD_OIDC_AUDIENCE'],
    [{ HERALD_OIDC_AUDIENCE: 'herald' }, 'HERALD_OIDC_AUDIENCE'],
    [{ HERALD_OIDC_ISSUER: 'http://issuer.example', HERALD_OIDC_AUDIENCE: 'herald' }, 'HERALD_OIDC_ISSUER'],
    [
      {
        HERALD_OIDC_ISSUER: issuer.url || 'http://localhost:1',
        HERALD_OIDC_AUDIENCE: 'x',
        HERALD_OIDC_UNBOUND_ROLES: 'root',
      },
      'HERALD_OIDC_UNBOUND_ROLES',
    ],
  ])('does not start with %j', async (settings, field) => {
    await expect(startTestHerald(settings)).rejects.toMatchObject({ code: 'invalid-configuration', field });
    herald = await startTestHerald();
  });
});
