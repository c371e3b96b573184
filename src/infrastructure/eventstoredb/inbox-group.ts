import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { MAX_INBOX_RETRIES } from '../../domain/bounds.js';

/** All instances are in one group: each event goes to one of them. */
export const GROUP = 'herald';

/** Creates the group that reads an inbox stream. @throws what the client throws, also where it exists. */
export const createGroup = (client: EventStoreDBClient, stream: string): Promise<void> =>
  client.createPersistentSubscriptionToStream(
    stream,
    GROUP,
    persistentSubscriptionToStreamSettingsFromDefaults({
      startFrom: START,
      maxRetryCount: MAX_INBOX_RETRIES,
    }),
  );
