import type { Connect } from '../grpc-log/log-client.js';
import type { Config } from './config.js';

/** The settings that name a log, and the client for it. */
export type LogSettings = Pick<Config, 'HERALD_EVENT_STORE'> &
  Partial<Pick<Config, 'HERALD_EVENT_STORE_CLIENT'>>;

/** Whether a log is to be used by the client of KurrentDB. */
export const takesKurrentDb = ({ HERALD_EVENT_STORE: url, HERALD_EVENT_STORE_CLIENT: client }: LogSettings) =>
  url.startsWith('kurrentdb') || client === 'kurrentdb';

/** What makes clients for a log on a server. Each is loaded only where it is used: loading takes 200 ms. */
export const connectorOf = async (settings: LogSettings): Promise<Connect> =>
  takesKurrentDb(settings)
    ? (await import('../kurrentdb/client.js')).connectKurrentDb
    : (await import('../eventstoredb/client.js')).connectEventStoreDb;
