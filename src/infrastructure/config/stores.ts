import type { DocumentStore } from '../../application/document-store.js';
import type { EventStore } from '../../application/event-store.js';
import { SqliteEventStore } from '../sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../sqlite/sqlite-read-models.js';
import type { Config } from './config.js';

const pathOf = (url: string): string => url.slice(url.indexOf(':') + 1);

/** The log that is configured. */
export async function eventStoreOf({
  HERALD_EVENT_STORE: url,
}: Pick<Config, 'HERALD_EVENT_STORE'>): Promise<EventStore> {
  if (url.startsWith('sqlite:')) return new SqliteEventStore({ file: pathOf(url) });
  // Loaded only where it is used: it takes a fifth of a second.
  const { EventStoreDbEventStore } = await import('../eventstoredb/eventstoredb-event-store.js');
  return new EventStoreDbEventStore({ url });
}

/** The store of read models that is configured. */
export async function documentStoreOf({
  HERALD_READ_MODELS: url,
}: Pick<Config, 'HERALD_READ_MODELS'>): Promise<DocumentStore> {
  if (url.startsWith('sqlite:')) return new SqliteReadModels({ folder: pathOf(url) });
  // Loaded only where it is used: it takes a fifth of a second.
  const { MongodbDocumentStore } = await import('../mongodb/mongodb-document-store.js');
  return new MongodbDocumentStore({ url });
}
