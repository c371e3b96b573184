import type { INestApplicationContext } from '@nestjs/common';
import { AccessSettings } from '../../../application/access/access-settings.js';
import { Authenticator } from '../../../application/access/authenticator.js';
import { HeraldError, hasCode } from '../../../domain/kernel/herald-error.js';

/**
 * Refuses to serve the API to other machines while nobody can have a credential. Where the log cannot be asked for keys, the guard
 * refuses each request instead.
 * @throws HeraldError `access-not-configured`.
 */
export async function requireConfiguredAccess(app: INestApplicationContext): Promise<void> {
  if (app.get(AccessSettings).isLoopback || (await isConfigured(app.get(Authenticator)))) return;
  throw accessNotConfigured();
}

/** Other machines reach the API, and nobody can have a credential. */
export const accessNotConfigured = (): HeraldError =>
  new HeraldError(
    'access-not-configured',
    'HERALD_HOST lets other machines reach the API, but no access is configured, so anybody could read and change everything. Set HERALD_ADMIN_KEY to a key of at least 32 random characters (or its file), set HERALD_OIDC_ISSUER, or create a key on this machine with: herald keys create --role admin --offline. To use Herald on this machine alone, set HERALD_HOST=127.0.0.1.',
    'HERALD_HOST',
  );

const isConfigured = async (authenticator: Authenticator): Promise<boolean> => {
  try {
    return await authenticator.isConfigured();
  } catch (error) {
    if (hasCode(error, 'event-store-unavailable')) return true;
    throw error;
  }
};
