import {
  type EventStoreDBClient,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { MAX_INBOX_RETRIES } from '../../domain/bounds.js';

/** All instances are in one group: each event goes to one of them. */
export const GROUP = 'herald';

/**
 * Creates the group that reads an inbox stream, unless it exists.
 * @returns whether it was created.
 * @throws what the client throws.
 */
export const createGroup = async (client: EventStoreDBClient, stream: string): Promise<boolean> => {
  const settings = { startFrom: START, maxRetryCount: MAX_INBOX_RETRIES } as const;
  try {
    await client.createPersistentSubscriptionToStream(
      stream,
      GROUP,
      persistentSubscriptionToStreamSettingsFromDefaults(settings),
    );
    return true;
  } catch (error) {
    if (error instanceof PersistentSubscriptionExistsError) return false;
    throw error;
  }
};
