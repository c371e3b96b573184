import { MongoClient, MongoError } from 'mongodb';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { redactUrl } from '../logging/redact-url.js';

const DEFAULT_DATABASE = 'herald';
/** So long a question waits for a server, in milliseconds: an election takes less. The driver's own is 30,000. */
const SELECTION_MS = 10_000;

/**
 * A client that connects with the first question.
 * @throws HeraldError `invalid-configuration` for a URL that cannot be one.
 */
export const clientOf = (url: string): MongoClient => {
  const isSet = /[?&]serverSelectionTimeoutMS=/i.test(url);
  try {
    return new MongoClient(url, {
      ...{ appName: 'herald', ignoreUndefined: true },
      ...(isSet ? {} : { serverSelectionTimeoutMS: SELECTION_MS }),
    });
  } catch (error) {
    throw new HeraldError(
      'invalid-configuration',
      `HERALD_READ_MODELS is no connection string of MongoDB (${messageOf(error)}): give mongodb://user:password@host:27017/database, with the password percent-encoded.`,
      'HERALD_READ_MODELS',
    );
  }
};

/** The database that a connection string names, or `herald`. */
export const databaseIn = (url: string): string =>
  new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/?]*/, 'x://host')).pathname.slice(1) || DEFAULT_DATABASE;

/** What is thrown where the driver fails; anything else as it is. */
export const failureOf = (error: unknown, url: string): unknown => {
  if (!(error instanceof MongoError)) return error;
  const failure = new HeraldError(
    'document-store-unavailable',
    `MongoDB at ${redactUrl(url)} does not do what it is asked (${error.message}): check that it runs, that HERALD_READ_MODELS names it, and that Herald may read and write there; then try again.`,
  );
  failure.cause = error;
  return failure;
};
