import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import type { RestAfterFailure } from '../../application/concurrency/rest-after-failure.js';
import type { Clock } from '../../application/ports/clock.js';
import { TokenVerifier } from '../../application/ports/token-verifier.js';
import type { Principal } from '../../domain/access/principal.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { toMillis } from '../../domain/kernel/instant.js';
import { type ClaimNames, principalOf } from './claims.js';
import { issuerFetchJson, issuerRest } from './issuer-fetch.js';

/** How the tokens of an OpenID provider are verified. */
export interface OidcOptions extends ClaimNames {
  readonly issuer: string;
  /** What a token must be for. */
  readonly audience: string;
  /** Where the provider's keys are. Default: as its discovery document says. */
  readonly jwksUrl?: string | undefined;
  /** How long no key is fetched after one was, in milliseconds. Default: 30 s. */
  readonly cooldownMs?: number;
}

/** Asymmetric alone: with a symmetric one, whoever can verify a token can also make one. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** RFC 9068, 2.1: `at+jwt`. Many providers still send `JWT`, or nothing. */
const TYPES = /^(application\/)?(at\+)?jwt$/i;

/** How far the clocks of Herald and of the provider may differ, in seconds. */
const TOLERANCE_S = 60;

/** How long fetched keys are used before they are fetched again, in milliseconds. */
const KEYS_FOR_MS = 10 * 60_000;

const COOLDOWN_MS = 30_000;

/** The answer with the provider's keys. @throws as `issuerFetchJson`, and an error if these are no keys. */
const fetchKeys = async (url: string, init: RequestInit): Promise<Response> => {
  const response = await issuerFetchJson(url, init);
  createLocalJWKSet((await response.clone().json()) as JSONWebKeySet);
  return response;
};

/** Verifies the access tokens of one OpenID provider: its signature, its issuer, its audience and its times. */
export class OidcTokens extends TokenVerifier {
  override readonly isConfigured = true;
  readonly #rest: RestAfterFailure;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(
    private readonly options: OidcOptions,
    private readonly clock: Clock,
  ) {
    super();
    this.#rest = issuerRest(clock);
  }

  /** @throws HeraldError `credential-invalid`, `permission-missing`, `issuer-unavailable`. */
  override async verify(token: string): Promise<Principal> {
    const { payload, protectedHeader } = await this.#signed(token);
    const { typ } = protectedHeader;
    if (typ !== undefined && !TYPES.test(typ)) throw invalid('it is no access token');
    // The library looks at its presence alone.
    if (typeof payload.sub !== 'string') throw invalid('its claim sub is not accepted');
    return principalOf(this.options.issuer, payload, this.options);
  }

  async #signed(token: string): Promise<JWTVerifyResult> {
    const { issuer, audience } = this.options;
    try {
      return await jwtVerify(token, (header, input) => this.#key(header, input), {
        ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_S },
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(toMillis(this.clock.now())),
      });
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalid(reasonOf(error));
      // A key of the provider cannot be used, because it is too short, for example.
      throw error instanceof TypeError ? unavailable(error) : error;
    }
  }

  async #key(header: JWTHeaderParameters, token: FlattenedJWSInput) {
    const keys = await this.#providerKeys();
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw unavailable(error);
    }
  }

  /** The keys are found once; if they could not be found, the next token tries again after a rest. */
  #providerKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#rest
      .attempt(() => this.#jwksUrl())
      .then(
        (url) =>
          createRemoteJWKSet(url, {
            cooldownDuration: this.options.cooldownMs ?? COOLDOWN_MS,
            cacheMaxAge: KEYS_FOR_MS,
            // The cooldown of the library follows a success alone.
            [customFetch]: (of, init) => this.#rest.attempt(() => fetchKeys(of, init)),
          }),
        (error: unknown) => {
          this.#keys = undefined;
          throw unavailable(error);
        },
      );
    return this.#keys;
  }

  /** OpenID Connect Discovery 1.0, 4: the document must name the issuer that it was asked for. */
  async #jwksUrl(): Promise<URL> {
    const { issuer, jwksUrl } = this.options;
    if (jwksUrl !== undefined) return new URL(jwksUrl);
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await issuerFetchJson(url, {});
    const found = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (found.issuer !== issuer) throw new Error(`${url} is about another issuer`);
    const keys = new URL(String(found.jwks_uri));
    if (keys.protocol !== new URL(issuer).protocol && keys.protocol !== 'https:')
      throw new Error(`${url} names keys that are not served over https`);
    return keys;
  }
}

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/** Only what a token lacks that is signed by the provider is told in detail. */
const reasonOf = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is not accepted`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `its algorithm is none of ${ALGORITHMS.join(', ')}`;
  if (isAboutToken(error)) return 'it is not signed with a key of the provider';
  return 'it is not a token that the provider has signed';
};

const invalid = (why: string): HeraldError =>
  new HeraldError(
    'credential-invalid',
    `The token is not accepted: ${why}. Get another one from the OpenID provider, for the audience of Herald.`,
  );

const unavailable = (cause: unknown): HeraldError => {
  const error = new HeraldError(
    'issuer-unavailable',
    `The keys of the OpenID provider cannot be read: ${messageOf(cause)}. Try again; if it lasts, check HERALD_OIDC_ISSUER.`,
  );
  error.cause = cause;
  return error;
};
