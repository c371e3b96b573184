import { KurrentDBClient } from '@kurrent/kurrentdb-client';

export { binaryEvent, jsonEvent } from '@kurrent/kurrentdb-client';
export { connectKurrentDb as connect } from '../../src/infrastructure/kurrentdb/client.js';
export { SCHEME } from '../eventstoredb/scheme.js';

export const NAME = 'KurrentDB';
/** The variable with the connection string of a real server. */
export const REAL = 'HERALD_TEST_KURRENTDB_URL';

/** A client as another application has it. */
export const clientOf = (url: string): KurrentDBClient => KurrentDBClient.connectionString(url);
