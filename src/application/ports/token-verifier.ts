import type { Principal } from '../../domain/access/principal.js';

/** Verifies the bearer tokens of an OpenID provider. */
export abstract class TokenVerifier {
  /** Whether a provider is configured. */
  abstract readonly isConfigured: boolean;

  /**
   * The principal that a token is about.
   * @throws HeraldError `credential-invalid`; `permission-missing` if it gives no access; `issuer-unavailable` if the keys of the
   * provider cannot be read.
   */
  abstract verify(token: string): Promise<Principal>;
}
