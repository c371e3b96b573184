import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** How the client of an issuer is known to it. */
export const CLIENT = { id: 'herald-console', secret: 'client: secret/of the tests' } as const;

/** What was asked for a code. */
type Asked = Readonly<Record<string, string>>;

/** An OpenID provider on loopback: it signs in whoever asks, and gives what the test says. */
export class Issuer {
  readonly #server: Server = createServer((request, reply) => {
    this.requests += 1;
    const { pathname } = new URL(request.url ?? '', this.url);
    if (pathname === '/authorize') return this.#authorize(request, reply);
    if (pathname === '/token') return void this.#issue(request, reply);
    answer(reply, this.status, pathname === '/keys' ? { keys: this.keys } : this.#metadata());
  });
  readonly #codes = new Map<string, Asked>();
  readonly pairs = new Map<string, KeyPair>();
  keys: JWK[] = [];
  url = '';
  status = 200;
  requests = 0;
  claimedIssuer: string | undefined;
  /** How it says that clients may prove who they are. */
  authMethods: readonly string[] | undefined;
  /** The access token that it gives. */
  accessToken = 'opaque';
  /** What the next ID tokens have otherwise than they should. */
  idClaims: JWTPayload = {};
  /** What signs ID tokens. Default: its key for RS256. */
  idKey: KeyPair['privateKey'] | undefined;
  /** What the answer of the sign-in page has otherwise. */
  authorized: Readonly<Record<string, string | undefined>> = {};
  /** The requests for tokens. */
  readonly tokenRequests: { readonly authorization: string | undefined; readonly form: Asked }[] = [];

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async addKey(alg: string, kid = alg): Promise<void> {
    const pair = await generateKeyPair(alg, { extractable: true });
    this.pairs.set(kid, pair);
    this.keys.push({ ...(await exportJWK(pair.publicKey)), alg, kid, use: 'sig' });
  }

  /** As it was when it started. */
  reset(): void {
    this.status = 200;
    this.claimedIssuer = undefined;
    this.authMethods = undefined;
    this.accessToken = 'opaque';
    this.idClaims = {};
    this.idKey = undefined;
    this.authorized = {};
    this.tokenRequests.length = 0;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #metadata(): object {
    return {
      issuer: this.claimedIssuer ?? this.url,
      jwks_uri: `${this.url}/keys`,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      token_endpoint_auth_methods_supported: this.authMethods,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ALGORITHMS,
      authorization_response_iss_parameter_supported: true,
    };
  }

  #authorize(request: IncomingMessage, reply: ServerResponse): void {
    const asked = Object.fromEntries(new URL(request.url ?? '', this.url).searchParams);
    const code = `code ${this.#codes.size + 1}`;
    this.#codes.set(code, asked);
    const { redirect_uri = '', state = '' } = asked;
    const location = new URL(redirect_uri);
    for (const [name, value] of Object.entries({ code, state, iss: this.url, ...this.authorized }))
      if (value !== undefined) location.searchParams.set(name, value);
    reply.writeHead(302, { location: location.href }).end();
  }

  async #issue(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    this.tokenRequests.push({ authorization: request.headers.authorization, form });
    const asked = this.#codes.get(form.code ?? '');
    this.#codes.delete(form.code ?? '');
    const isGood =
      asked !== undefined &&
      asked.redirect_uri === form.redirect_uri &&
      asked.code_challenge_method === 'S256' &&
      asked.code_challenge ===
        createHash('sha256')
          .update(form.code_verifier ?? '')
          .digest('base64url');
    if (!isGood) return answer(reply, 400, { error: 'invalid_grant' });
    answer(reply, this.status, {
      access_token: this.accessToken,
      ...{ token_type: 'Bearer', expires_in: 300, id_token: await this.#idToken(asked) },
    });
  }

  /** It is valid now, whatever the clock of the instance says, and for long. */
  #idToken({ nonce, client_id }: Asked): Promise<string> {
    const claims = { iss: this.url, sub: 'greta', aud: client_id, nonce, ...this.idClaims };
    const key = this.idKey ?? (this.pairs.get('RS256') as KeyPair).privateKey;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'RS256' })
      .setIssuedAt()
      .setExpirationTime(this.idClaims.exp ?? '1h')
      .sign(key);
  }
}

const answer = (reply: ServerResponse, status: number, body: object): void => {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
