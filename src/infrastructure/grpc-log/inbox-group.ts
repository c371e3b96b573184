import { MAX_INBOX_RETRIES } from '../../domain/bounds.js';
import { isOfType } from './failures.js';
import type { LogClient } from './log-client.js';

/** All instances are in one group: each event goes to one of them. */
export const GROUP = 'herald';

/**
 * Creates the group that reads an inbox stream, unless it exists.
 * @returns whether it was created.
 * @throws what the client throws.
 */
export const createGroup = async (client: LogClient, stream: string): Promise<boolean> => {
  try {
    await client.createGroup(stream, GROUP, MAX_INBOX_RETRIES);
    return true;
  } catch (error) {
    if (isOfType(error, 'persistent-subscription-exists')) return false;
    throw error;
  }
};
