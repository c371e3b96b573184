import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ApiKey } from '../../domain/access/api-keys.js';
import type { Principal } from '../../domain/access/principal.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, plus, toMillis } from '../../domain/kernel/instant.js';
import { Clock } from '../ports/clock.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { newKeyText } from './api-key-text.js';
import { expiryOf, type KeyExpiry } from './key-expiry.js';
import { KeyHashes } from './key-hashes.js';
import { managedKey, type NewKey, viewOf } from './key-view.js';

/** How long the old secret stays valid by default, in seconds. */
const OVERLAP_S = DAY / 1_000;

/** By default the new secret is valid for as long as the old one was. */
export interface Rotation extends KeyExpiry {
  /** For how many seconds the old secret stays valid. Default: for a day. */
  readonly overlap?: number | undefined;
}

/** Gives an API key a new secret. It keeps its id and what it permits. */
export class RotateKey extends Command<NewKey> {
  constructor(
    readonly principal: Principal,
    readonly keyId: string,
    readonly rotation: Rotation,
  ) {
    super();
  }
}

@CommandHandler(RotateKey)
export class RotateKeyHandler implements ICommandHandler<RotateKey> {
  constructor(
    private readonly registry: ApiKeyRegistry,
    private readonly hashes: KeyHashes,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the key with its new text, which nobody can read again.
   * @throws HeraldError `not-found`, `key-revoked`, `invalid-request`.
   */
  async execute({ principal, keyId, rotation }: RotateKey): Promise<NewKey> {
    const now = this.clock.now();
    const before = managedKey(await this.registry.current(), keyId, principal);
    const { overlap = OVERLAP_S } = rotation;
    const previousUntil = plus(now, overlap * 1_000);
    const until = expiryOf(rotation, now, sameLifetime(before, now));
    const key = newKeyText(keyId);
    const data = { keyId, hash: this.hashes.of(key), until, previousUntil };
    const after = await this.registry.execute({ type: 'RotateKey', data, at: now }, principal.id);
    return { key, ...viewOf(managedKey(after, keyId, principal), now) };
  }
}

const sameLifetime = (
  { createdAt, rotatedAt, secrets: [newest] }: ApiKey,
  now: Instant,
): Instant | undefined =>
  newest?.until && plus(now, toMillis(newest.until) - toMillis(rotatedAt ?? createdAt));
