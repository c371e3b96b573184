import { AccessSettings } from '../../application/access/access-settings.js';
import type { Clock } from '../../application/ports/clock.js';
import type { TokenVerifier } from '../../application/ports/token-verifier.js';
import { SystemClock } from '../clock/system-clock.js';
import { NO_TOKENS } from '../oidc/no-tokens.js';
import type { SignInProvider } from '../oidc/sign-in-provider.js';
import type { Config } from './config.js';

/** What the settings say about access. */
export const accessSettingsOf = ({
  HERALD_HOST,
  HERALD_ADMIN_KEY,
}: Pick<Config, 'HERALD_HOST' | 'HERALD_ADMIN_KEY'>): AccessSettings =>
  new ConfiguredAccess(listensOnLoopback(HERALD_HOST), HERALD_ADMIN_KEY);

class ConfiguredAccess extends AccessSettings {
  constructor(
    override readonly isLoopback: boolean,
    override readonly adminKey: string | undefined,
  ) {
    super();
  }
}

/** Whether only programs of this machine reach an address that is listened on. */
export const listensOnLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i.test(host);

/** A provider knows no test clock: beside one, real time passes for it. */
const providersClock = ({ HERALD_CLOCK }: Config, believed: Clock): Clock =>
  HERALD_CLOCK === 'test' ? new SystemClock() : believed;

/**
 * Verifies tokens of the OpenID provider in the settings, if there is one.
 * @param believed the clock of the instance.
 */
export const tokenVerifierOf = async (config: Config, believed: Clock): Promise<TokenVerifier> => {
  const { HERALD_OIDC_ISSUER: issuer, HERALD_OIDC_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return NO_TOKENS;
  // Loaded lazily: most installations use API keys alone.
  const { OidcTokens } = await import('../oidc/oidc-tokens.js');
  const options = {
    ...{ issuer, audience, jwksUrl: config.HERALD_OIDC_JWKS_URL },
    roleClaim: config.HERALD_OIDC_ROLE_CLAIM,
    solutionsClaim: config.HERALD_OIDC_SOLUTIONS_CLAIM,
    unboundRoles: config.HERALD_OIDC_UNBOUND_ROLES ?? [],
  };
  return new OidcTokens(options, providersClock(config, believed));
};

/**
 * The provider that people sign in at, if the settings name Herald's client there.
 * @param believed the clock of the instance.
 */
export const signInProviderOf = async (
  config: Config,
  believed: Clock,
): Promise<SignInProvider | undefined> => {
  const {
    HERALD_OIDC_ISSUER: issuer,
    HERALD_OIDC_AUDIENCE: audience,
    HERALD_OIDC_CLIENT_ID: clientId,
  } = config;
  if (issuer === undefined || audience === undefined || clientId === undefined) return undefined;
  const { AuthorizationCodeFlow } = await import('../oidc/authorization-code-flow.js');
  const options = {
    ...{ issuer, audience, clientId, clientSecret: config.HERALD_OIDC_CLIENT_SECRET },
    scopes: config.HERALD_OIDC_SCOPES ?? ['openid', 'profile'],
  };
  return new AuthorizationCodeFlow(options, providersClock(config, believed));
};
