import { TokenVerifier } from '../../application/ports/token-verifier.js';
import type { Principal } from '../../domain/access/principal.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** Where no OpenID provider is configured. */
class NoTokens extends TokenVerifier {
  override readonly isConfigured = false;

  override verify(): Promise<Principal> {
    throw new HeraldError('credential-invalid', 'This installation takes no tokens of an OpenID provider.');
  }
}

export const NO_TOKENS: TokenVerifier = new NoTokens();
