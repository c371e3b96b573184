import { Injectable } from '@nestjs/common';
import {
  type ApiKey,
  type ApiKeysState,
  isSecretValid,
  type KeySecret,
  keyOf,
} from '../../domain/access/api-keys.js';
import type { Permission } from '../../domain/access/permission.js';
import { ANONYMOUS, isPermitted, type Principal } from '../../domain/access/principal.js';
import { MAX_CREDENTIAL } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Clock } from '../ports/clock.js';
import { TokenVerifier } from '../ports/token-verifier.js';
import { AccessSettings } from './access-settings.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { keyIdIn } from './api-key-text.js';
import { KeyHashes } from './key-hashes.js';
import { KeyUses } from './key-uses.js';

/** The principal of `HERALD_ADMIN_KEY`. */
const ADMIN_KEY: Principal = { id: 'admin-key', name: 'admin key', role: 'admin', scope: 'all' };

const BEARER = /^Bearer +(\S+)$/i;

/** Tells who makes a request. */
@Injectable()
export class Authenticator {
  readonly #adminHash: string | undefined;

  constructor(
    private readonly settings: AccessSettings,
    private readonly registry: ApiKeyRegistry,
    private readonly hashes: KeyHashes,
    private readonly uses: KeyUses,
    private readonly tokens: TokenVerifier,
    private readonly clock: Clock,
  ) {
    this.#adminHash = settings.adminKey && hashes.of(settings.adminKey);
  }

  /**
   * Whether somebody can have a credential: an API key was created once, or a setting names a key or an OpenID provider.
   * @throws what the event store throws.
   */
  async isConfigured(): Promise<boolean> {
    return this.#isSet || hasKeys(await this.registry.current());
  }

  /**
   * The principal that makes a request: ANONYMOUS while access is open.
   * @param authorization the header of the request.
   * @throws HeraldError `credential-missing`, `credential-invalid`, `issuer-unavailable`, and what the event store throws.
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    if (this.settings.isLoopback && !(await this.isConfigured())) return ANONYMOUS;
    if (authorization === undefined || authorization === '') throw missing();
    const [, credential] = BEARER.exec(authorization) ?? [];
    if (credential === undefined || credential.length > MAX_CREDENTIAL)
      throw invalid('The header Authorization is not of the form: Bearer <key or token>.');
    if (this.#adminHash !== undefined && this.hashes.isOf(this.#adminHash, credential)) return ADMIN_KEY;
    const keyId = keyIdIn(credential);
    if (keyId !== undefined) return this.#keyPrincipal(keyId, credential);
    if (this.tokens.isConfigured) return this.tokens.verify(credential);
    throw unknown();
  }

  /**
   * Whether a request has a permission, for routes that answer everybody and tell more to some. Without a credential it is answered
   * from memory: before the log has answered for the first time, access counts as open if no setting says otherwise.
   */
  async permits(authorization: string | undefined, permission: Permission): Promise<boolean> {
    if (!authorization) return this.#isKnownToBeOpen();
    try {
      return isPermitted(await this.authenticate(authorization), permission);
    } catch (error) {
      if (!(error instanceof HeraldError)) throw error;
      return false;
    }
  }

  #isKnownToBeOpen(): boolean {
    // For the next time: nobody waits for it, and health reports a log that does not answer.
    this.registry.current().catch(() => undefined);
    const { known } = this.registry;
    return !this.#isSet && this.settings.isLoopback && !(known && hasKeys(known));
  }

  async #keyPrincipal(keyId: string, credential: string): Promise<Principal> {
    const key = keyOf(await this.registry.current(), keyId);
    // An unknown id takes the same work.
    const secret = (key?.secrets ?? [NO_SECRET]).filter(({ hash }) => this.hashes.isOf(hash, credential))[0];
    if (!key || !secret) throw unknown();
    if (key.revokedAt !== undefined)
      throw invalid(
        `The API key “${key.name}” was revoked at ${key.revokedAt}. Ask an admin for another one.`,
      );
    if (!isSecretValid(secret, this.clock.now()))
      throw invalid(`The API key “${key.name}” expired at ${secret.until}. Ask an admin to rotate it.`);
    this.uses.note(keyId);
    return principalOf(key);
  }

  get #isSet(): boolean {
    return this.#adminHash !== undefined || this.tokens.isConfigured;
  }
}

/** Once a key was created, access stays configured: revoking the last one must not open it to everybody. */
const hasKeys = ({ keys }: ApiKeysState): boolean => keys.length > 0;

const NO_SECRET: KeySecret = { hash: Buffer.alloc(32).toString('base64url') };

const principalOf = ({ keyId, name, role, scope, sources }: ApiKey): Principal => ({
  ...{ id: `key:${keyId}`, name, role, scope },
  ...(sources === undefined ? {} : { sources }),
});

const missing = (): HeraldError =>
  new HeraldError(
    'credential-missing',
    'This route needs a credential: send the header Authorization: Bearer <key>. An admin creates keys with herald keys create; the command line reads one from HERALD_KEY.',
  );

const invalid = (says: string): HeraldError => new HeraldError('credential-invalid', says);

const unknown = (): HeraldError =>
  invalid(
    'The credential is not known. Check that it is complete and meant for this installation, or ask an admin for another one.',
  );
