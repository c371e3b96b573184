import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Principal } from '../../domain/access/principal.js';
import { Clock } from '../ports/clock.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { KeyUses } from './key-uses.js';
import { type KeyView, managedKey, viewOf } from './key-view.js';

/** One key that a principal manages. */
export class GetKey extends Query<KeyView> {
  constructor(
    readonly principal: Principal,
    readonly keyId: string,
  ) {
    super();
  }
}

@QueryHandler(GetKey)
export class GetKeyHandler implements IQueryHandler<GetKey> {
  constructor(
    private readonly registry: ApiKeyRegistry,
    private readonly uses: KeyUses,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `not-found`. */
  async execute({ principal, keyId }: GetKey): Promise<KeyView> {
    const key = managedKey(await this.registry.current(), keyId, principal);
    const usedAt = await this.uses.of([keyId]);
    return viewOf(key, this.clock.now(), usedAt.get(keyId));
  }
}
