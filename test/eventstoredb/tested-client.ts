import { EventStoreDBClient } from '@eventstore/db-client';

// The client that the specs of this folder test. Those of test/kurrentdb run the same specs with another one.
export { binaryEvent, jsonEvent } from '@eventstore/db-client';
export { connectEventStoreDb as connect } from '../../src/infrastructure/eventstoredb/client.js';
export { SCHEME } from './scheme.js';

export const NAME = 'EventStoreDB';
/** The variable with the connection string of a real server. */
export const REAL = 'HERALD_TEST_EVENTSTORE_URL';

/** A client as another application has it. */
export const clientOf = (url: string): EventStoreDBClient => EventStoreDBClient.connectionString(url);
