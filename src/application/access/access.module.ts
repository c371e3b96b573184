import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { Authenticator } from './authenticator.js';
import { CreateKeyHandler } from './create-key.js';
import { GetKeyHandler } from './get-key.js';
import { KeyUses } from './key-uses.js';
import { ListKeysHandler } from './list-keys.js';
import { RevokeKeyHandler } from './revoke-key.js';
import { RotateKeyHandler } from './rotate-key.js';

/** Who may use the API: API keys and tokens, and the principals that they stand for. */
@Module({
  imports: [AggregatesModule],
  providers: [
    ApiKeyRegistry,
    KeyUses,
    Authenticator,
    CreateKeyHandler,
    RotateKeyHandler,
    RevokeKeyHandler,
    ListKeysHandler,
    GetKeyHandler,
  ],
  exports: [ApiKeyRegistry, Authenticator],
})
export class AccessModule {}
