import type { DocumentStore } from '../../application/document-store.js';
import type { EventStore } from '../../application/event-store.js';
import { SqliteEventStore } from '../sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../sqlite/sqlite-read-models.js';
import type { Config } from './config.js';

const pathOf = (url: string): string => url.slice(url.indexOf(':') + 1);

/** The log that is configured. */
export const eventStoreOf = ({ HERALD_EVENT_STORE }: Pick<Config, 'HERALD_EVENT_STORE'>): EventStore =>
  new SqliteEventStore({ file: pathOf(HERALD_EVENT_STORE) });

/** The store of read models that is configured. */
export const documentStoreOf = ({ HERALD_READ_MODELS }: Pick<Config, 'HERALD_READ_MODELS'>): DocumentStore =>
  new SqliteReadModels({ folder: pathOf(HERALD_READ_MODELS) });
