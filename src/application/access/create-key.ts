import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { keyOf } from '../../domain/access/api-keys.js';
import type { Principal } from '../../domain/access/principal.js';
import type { Role } from '../../domain/access/role.js';
import { isWithin, type Scope } from '../../domain/access/scope.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { Clock } from '../ports/clock.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { newKeyId, newKeyText } from './api-key-text.js';
import { expiryOf, type KeyExpiry } from './key-expiry.js';
import { KeyHashes } from './key-hashes.js';
import { KeyUses } from './key-uses.js';
import { managedKey, type NewKey, viewOf } from './key-view.js';

/** How long a key is valid by default, in milliseconds. */
const LIFETIME_MS = 365 * DAY;

/** What a new key permits. By default it expires after a year. */
export interface KeyGrant extends KeyExpiry {
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly sources?: readonly string[] | undefined;
}

/** Creates an API key. */
export class CreateKey extends Command<NewKey> {
  constructor(
    readonly principal: Principal,
    readonly grant: KeyGrant,
  ) {
    super();
  }
}

@CommandHandler(CreateKey)
export class CreateKeyHandler implements ICommandHandler<CreateKey> {
  constructor(
    private readonly registry: ApiKeyRegistry,
    private readonly hashes: KeyHashes,
    private readonly uses: KeyUses,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the key with its text, which nobody can read again.
   * @throws HeraldError `permission-missing` for a key that may more than the principal, `invalid-request`, `too-many-keys`.
   */
  async execute({ principal, grant }: CreateKey): Promise<NewKey> {
    const now = this.clock.now();
    if (!isWithin(grant.scope, principal.scope)) throw tooWide(principal);
    const { name, role, scope, sources } = grant;
    const until = expiryOf(grant, now, plus(now, LIFETIME_MS));
    const keyId = newKeyId();
    const key = newKeyText(keyId);
    const terms = { keyId, name, role, scope, sources, createdBy: principal.name };
    const data = { ...terms, hash: this.hashes.of(key), until };
    const before = await this.registry.current();
    const after = await this.registry.execute({ type: 'CreateKey', data, at: now }, principal.id);
    const dropped = before.keys.filter(({ keyId: id }) => !keyOf(after, id));
    await this.uses.forget(dropped.map(({ keyId: id }) => id));
    return { key, ...viewOf(managedKey(after, keyId, principal), now) };
  }
}

const tooWide = ({ scope }: Principal): HeraldError =>
  new HeraldError(
    'permission-missing',
    `You are bound to the solutions ${String(scope)}, so you can create keys for these only.`,
    'solutions',
  );
