import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { RestAfterFailure } from '../../application/concurrency/rest-after-failure.js';
import type { Clock } from '../../application/ports/clock.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { issuerFetch, issuerRest } from './issuer-fetch.js';
import { SignInProvider, type StartedSignIn } from './sign-in-provider.js';

/** How Herald is known to its OpenID provider. */
export interface ClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
  readonly scopes: readonly string[];
  /** What the token for the API has to be for. */
  readonly audience: string;
}

/** How far the clocks of Herald and of the provider may differ, in seconds. */
const TOLERANCE_S = 60;

/** The authorization code flow (OpenID Connect Core 1.0, 3.1) with PKCE, state and nonce. */
export class AuthorizationCodeFlow extends SignInProvider {
  override readonly host: string;
  readonly #rest: RestAfterFailure;
  #configuration: Promise<Configuration> | undefined;

  constructor(
    private readonly options: ClientOptions,
    clock: Clock,
  ) {
    super();
    this.#rest = issuerRest(clock);
    this.host = new URL(options.issuer).host;
  }

  override async start(redirectUri: string) {
    const configuration = await this.#discovered();
    const started = {
      ...{ state: randomState(), nonce: randomNonce(), redirectUri },
      codeVerifier: randomPKCECodeVerifier(),
    };
    const { scopes, audience, clientId } = this.options;
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...scopes])].join(' '),
      state: started.state,
      nonce: started.nonce,
      code_challenge: await calculatePKCECodeChallenge(started.codeVerifier),
      code_challenge_method: 'S256',
      // Not of the standard: some providers issue a token for an API only if they are asked so.
      ...(audience === clientId ? {} : { audience }),
    });
    return { url: url.href, started };
  }

  override async finish(started: StartedSignIn, answer: string): Promise<readonly string[]> {
    const configuration = await this.#discovered();
    const url = new URL(started.redirectUri);
    url.search = answer;
    try {
      const tokens = await authorizationCodeGrant(configuration, url, {
        expectedState: started.state,
        expectedNonce: started.nonce,
        pkceCodeVerifier: started.codeVerifier,
      });
      return [tokens.access_token, tokens.id_token].filter((token) => token !== undefined);
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** The provider is discovered once; if that fails, the next sign-in tries again after a rest. */
  #discovered(): Promise<Configuration> {
    this.#configuration ??= this.#rest
      .attempt(() => this.#discover())
      .catch((error: unknown) => {
        this.#configuration = undefined;
        throw unavailable(error);
      });
    return this.#configuration;
  }

  #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.options;
    const authentication = clientSecret === undefined ? None() : withSecret(clientSecret);
    return discovery(new URL(issuer), clientId, { [clockTolerance]: TOLERANCE_S }, authentication, {
      [customFetch]: issuerFetch,
      execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
    });
  }
}

/**
 * In the body where the provider takes it there: in the header the secret is percent-encoded, which not every provider decodes.
 * A provider that does not say what it takes takes the header (OpenID Connect Discovery 1.0, 3).
 */
const withSecret = (secret: string): ClientAuth => {
  const [post, basic] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, ...request) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post');
    return (takesPost ? post : basic)(server, ...request);
  };
};

/** What the provider said, and not that it could not be asked. */
const ABOUT_ANSWER = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
]);

const failureOf = (error: unknown): HeraldError => {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return refused(`the OpenID provider answered ${error.error}`, error);
  if (error instanceof ClientError && ABOUT_ANSWER.has(error.code ?? ''))
    return refused('it is not the answer of the OpenID provider to a sign-in from here', error);
  return unavailable(error);
};

const refused = (why: string, cause: unknown): HeraldError => {
  const error = new HeraldError(
    'credential-invalid',
    `You are not signed in: ${why}. Start again; if it lasts, an admin should check HERALD_OIDC_CLIENT_ID and the client at the provider.`,
  );
  error.cause = cause;
  return error;
};

const unavailable = (cause: unknown): HeraldError => {
  const error = new HeraldError(
    'issuer-unavailable',
    `Nobody can sign in at the OpenID provider now: ${messageOf(cause)}. Try again; if it lasts, check HERALD_OIDC_ISSUER.`,
  );
  error.cause = cause;
  return error;
};
