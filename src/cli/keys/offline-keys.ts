import { ApiKeyRegistry } from '../../application/access/api-key-registry.js';
import { CreateKey, CreateKeyHandler, type KeyGrant } from '../../application/access/create-key.js';
import { KeyHashes } from '../../application/access/key-hashes.js';
import { KeyUses } from '../../application/access/key-uses.js';
import type { NewKey } from '../../application/access/key-view.js';
import { Aggregates } from '../../application/aggregates/aggregates.js';
import { requireUsableLog } from '../../application/migration/usable-log.js';
import { Clock } from '../../application/ports/clock.js';
import { DocumentStore } from '../../application/ports/document-store.js';
import { EventStore } from '../../application/ports/event-store.js';
import type { Principal } from '../../domain/access/principal.js';
import { type Config, readConfig } from '../../infrastructure/config/config.js';
import { CONFIG, configModuleOf } from '../../infrastructure/config/config.module.js';
import { secretOf } from '../../infrastructure/config/secret.js';
import { documentStoreOf, soundEventStoreOf } from '../../infrastructure/config/stores.js';
import { clockOf } from '../../infrastructure/config/time.js';
import { createKeyBody } from '../../infrastructure/http/keys/key-schemas.js';
import { validated } from '../../infrastructure/http/validated.js';
import { inContext } from '../context.js';
import { OpenedStores } from '../stores/opened-stores.js';

/** Whoever may write to the log and read the secret. */
const OPERATOR: Principal = { id: 'operator', name: 'operator', role: 'admin', scope: 'all' };

/**
 * Creates a key directly in the configured log, without an instance: for an installation in which nobody has a key.
 * @throws HeraldError what the stores throw, `invalid-request`, `test-log`, `real-log`, `log-incomplete`, `invalid-secret`.
 */
export function createOffline(grant: object): Promise<NewKey> {
  const { solutions: scope, ...rest } = validated(createKeyBody, grant);
  const config = readConfig(process.env);
  return inContext(
    {
      imports: [configModuleOf(config)],
      providers: [LOG, DOCUMENTS, CLOCK, AGGREGATES, HASHES, ApiKeyRegistry, KeyUses, CreateKeyHandler],
    },
    async (context) => {
      await requireUsableLog(context.get(Clock).kind, context.get(EventStore));
      const made: KeyGrant = { ...rest, scope };
      return context.get(CreateKeyHandler).execute(new CreateKey(OPERATOR, made));
    },
  );
}

const LOG = {
  provide: EventStore,
  useFactory: (config: Config, stores: OpenedStores) => stores.open(soundEventStoreOf(config)),
  inject: [CONFIG, OpenedStores],
};

const DOCUMENTS = {
  provide: DocumentStore,
  useFactory: (config: Config, stores: OpenedStores) => stores.open(documentStoreOf(config)),
  inject: [CONFIG, OpenedStores, EventStore],
};

const CLOCK = { provide: Clock, useFactory: clockOf, inject: [CONFIG] };

const AGGREGATES = {
  provide: Aggregates,
  useFactory: (log: EventStore, clock: Clock) => new Aggregates(log, clock),
  inject: [EventStore, Clock],
};

const HASHES = {
  provide: KeyHashes,
  useFactory: async (config: Config, log: EventStore) =>
    new KeyHashes(await secretOf(config, async () => (await log.head()) === undefined)),
  inject: [CONFIG, EventStore],
};
