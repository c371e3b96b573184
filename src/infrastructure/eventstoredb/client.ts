import { EventStoreDBClient } from '@eventstore/db-client';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { withoutSecrets } from '../logging/known-secrets.js';
import { redactUrl } from '../logging/redact-url.js';

/**
 * A client for a connection string.
 * @param setting what holds the string, as errors name it.
 * @throws HeraldError `invalid-configuration` for a string that is none.
 */
export function clientOf(url: string, setting = 'HERALD_EVENT_STORE'): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (error) {
    throw new HeraldError(
      'invalid-configuration',
      `${setting} is not a valid connection string of EventStoreDB (${withoutSecrets(messageOf(error).replaceAll(url, redactUrl(url)))}): give esdb://user:password@host:2113, with the password percent-encoded.`,
      setting,
    );
  }
}

/** Where a node of a cluster answers. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The connection string for one node of the cluster that another one leads to. */
export const atNode = (url: string, { address, port }: Endpoint): string =>
  url.replace(/^(esdb)(?:\+discover)?(:\/\/(?:[^@/]*@)?)[^/?]*/, `$1$2${address}:${port}`);
