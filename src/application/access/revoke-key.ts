import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Principal } from '../../domain/access/principal.js';
import { Clock } from '../ports/clock.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { type KeyView, managedKey, viewOf } from './key-view.js';

/** Revokes an API key for good, with all its secrets. Revoking it again changes nothing. */
export class RevokeKey extends Command<KeyView> {
  constructor(
    readonly principal: Principal,
    readonly keyId: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeKey)
export class RevokeKeyHandler implements ICommandHandler<RevokeKey> {
  constructor(
    private readonly registry: ApiKeyRegistry,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `not-found`. */
  async execute({ principal, keyId }: RevokeKey): Promise<KeyView> {
    managedKey(await this.registry.current(), keyId, principal);
    const now = this.clock.now();
    const after = await this.registry.execute({ type: 'RevokeKey', data: { keyId }, at: now }, principal.id);
    return viewOf(managedKey(after, keyId, principal), now);
  }
}
