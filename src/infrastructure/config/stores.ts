import { existsSync } from 'node:fs';
import { upcast } from '../../application/events/upcast.js';
import type { DocumentStore } from '../../application/ports/document-store.js';
import type { EventStore, Upcast } from '../../application/ports/event-store.js';
import { ReadOnlyDocumentStore } from '../documents/read-only-document-store.js';
import { hasDocumentThread } from '../sqlite/document-thread/document-thread.js';
import { hasLogThread } from '../sqlite/log-thread/log-thread.js';
import { requireSoundLog } from '../sqlite/soundness.js';
import { SqliteEventStore } from '../sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../sqlite/sqlite-read-models.js';
import type { Config } from './config.js';
import { connectorOf, type LogSettings } from './log-server.js';

const pathOf = (url: string): string => url.slice(url.indexOf(':') + 1);

/** `read`: a missing store is an error, and nothing is created or changed. */
type Access = 'read' | 'write';

/**
 * The configured log. Old events are upcast to their present shape.
 * @throws HeraldError `log-missing` or `log-damaged` when it is opened to read and does not exist, or is damaged.
 */
export const eventStoreOf = (config: LogSettings, access: Access = 'write'): Promise<EventStore> =>
  open(config, access, upcast);

/**
 * The configured log with its events as they were written: for a copy of it.
 * @throws HeraldError `log-missing` or `log-damaged` when it is opened to read and does not exist, or is damaged.
 */
export const eventStoreAsWritten = (config: LogSettings, access: Access): Promise<EventStore> =>
  open(config, access, (event) => event);

async function open(settings: LogSettings, access: Access, upcast: Upcast): Promise<EventStore> {
  const { HERALD_EVENT_STORE: url } = settings;
  if (url.startsWith('sqlite:')) {
    const file = pathOf(url);
    // What only reads says so at once; an instance has its log checked by soundEventStoreOf.
    if (access === 'read') requireSoundLog(file);
    return new SqliteEventStore({ file, access, upcast, appendsInThread: hasLogThread() });
  }
  const { GrpcEventStore } = await import('../grpc-log/grpc-event-store.js');
  return new GrpcEventStore({ url, upcast }, await connectorOf(settings));
}

/** Whether the configured log is a file that does not exist yet. */
export const isMissingLog = ({ HERALD_EVENT_STORE: url }: LogSettings): boolean =>
  url.startsWith('sqlite:') && !existsSync(pathOf(url));

/**
 * The configured log, unless it is damaged.
 * @throws HeraldError `log-damaged`, `log-missing`, `event-store-unavailable`.
 */
export async function soundEventStoreOf(config: LogSettings, access: Access = 'write'): Promise<EventStore> {
  const { HERALD_EVENT_STORE: url } = config;
  if (access === 'write' && url.startsWith('sqlite:')) requireSoundLog(pathOf(url));
  return eventStoreOf(config, access);
}

/** The configured store of read models, for an instance: what is slow is done in threads of its own. */
export const liveDocumentStoreOf = (config: Pick<Config, 'HERALD_READ_MODELS'>): Promise<DocumentStore> =>
  documentStoreOf(config, 'write', hasDocumentThread());

/**
 * The configured store of read models.
 * @throws HeraldError `read-models-missing` when it is opened to read and does not exist.
 */
export async function documentStoreOf(
  { HERALD_READ_MODELS: url }: Pick<Config, 'HERALD_READ_MODELS'>,
  access: Access = 'write',
  writesInThread = false,
): Promise<DocumentStore> {
  if (url.startsWith('sqlite:')) return new SqliteReadModels({ folder: pathOf(url), access, writesInThread });
  // Loaded lazily: it takes 200 ms.
  const { MongodbDocumentStore } = await import('../mongodb/mongodb-document-store.js');
  const store = new MongodbDocumentStore({ url });
  return access === 'read' ? new ReadOnlyDocumentStore(store) : store;
}

/** @throws HeraldError `invalid-configuration` for a connection string that the client of the log's server does not take. */
export async function requireLogSettings(config: LogSettings): Promise<void> {
  const { HERALD_EVENT_STORE: url } = config;
  if (url.startsWith('sqlite:')) return;
  const connect = await connectorOf(config);
  await connect({ url }).dispose();
}

/** @throws HeraldError `invalid-configuration` for a connection string that MongoDB's client does not take. */
export async function requireReadModelSettings({
  HERALD_READ_MODELS: url,
}: Pick<Config, 'HERALD_READ_MODELS'>): Promise<void> {
  if (url.startsWith('sqlite:')) return;
  const { clientOf } = await import('../mongodb/connection.js');
  await clientOf(url).close();
}
