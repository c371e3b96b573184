import type { DocumentStore } from '../../application/ports/document-store.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { ReadOnlyDocumentStore } from '../documents/read-only-document-store.js';
import { requireSoundLog } from '../sqlite/soundness.js';
import { SqliteEventStore } from '../sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../sqlite/sqlite-read-models.js';
import type { Config } from './config.js';

const pathOf = (url: string): string => url.slice(url.indexOf(':') + 1);

/** `read`: what is not there is an error, and nothing is made or changed. */
type Access = 'read' | 'write';

/**
 * The log that is configured.
 * @throws HeraldError `log-missing` when it is to be read and there is none.
 */
export async function eventStoreOf(
  { HERALD_EVENT_STORE: url }: Pick<Config, 'HERALD_EVENT_STORE'>,
  access: Access = 'write',
): Promise<EventStore> {
  if (url.startsWith('sqlite:')) return new SqliteEventStore({ file: pathOf(url), access });
  // Loaded only where it is used: it takes a fifth of a second.
  const { EventStoreDbEventStore } = await import('../eventstoredb/eventstoredb-event-store.js');
  return new EventStoreDbEventStore({ url });
}

/**
 * The log that is configured, unless it is damaged.
 * @throws HeraldError `log-damaged`, `log-missing`, `event-store-unavailable`.
 */
export async function soundEventStoreOf(
  config: Pick<Config, 'HERALD_EVENT_STORE'>,
  access: Access = 'write',
): Promise<EventStore> {
  const { HERALD_EVENT_STORE: url } = config;
  if (url.startsWith('sqlite:')) requireSoundLog(pathOf(url));
  return eventStoreOf(config, access);
}

/**
 * The store of read models that is configured.
 * @throws HeraldError `read-models-missing` when they are to be read and there are none.
 */
export async function documentStoreOf(
  { HERALD_READ_MODELS: url }: Pick<Config, 'HERALD_READ_MODELS'>,
  access: Access = 'write',
): Promise<DocumentStore> {
  if (url.startsWith('sqlite:')) return new SqliteReadModels({ folder: pathOf(url), access });
  // Loaded only where it is used: it takes a fifth of a second.
  const { MongodbDocumentStore } = await import('../mongodb/mongodb-document-store.js');
  const store = new MongodbDocumentStore({ url });
  return access === 'read' ? new ReadOnlyDocumentStore(store) : store;
}
