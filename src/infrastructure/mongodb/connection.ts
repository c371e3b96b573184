import { MongoClient, MongoError } from 'mongodb';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { withoutSecrets } from '../logging/known-secrets.js';
import { redactUrl } from '../logging/redact-url.js';
import { mongodbAdvice, withoutSourceLine } from './mongodb-advice.js';

const DEFAULT_DATABASE = 'herald';
/** How long an operation waits for a server, in milliseconds: longer than an election. The driver's default is 30,000. */
const SELECTION_MS = 10_000;

/**
 * A client that connects with the first operation.
 * @throws HeraldError `invalid-configuration` for an invalid URL.
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
      `HERALD_READ_MODELS is not a valid connection string of MongoDB (${withoutSecrets(messageOf(error))}): give mongodb://user:password@host:27017/database, with the password percent-encoded.`,
      'HERALD_READ_MODELS',
    );
  }
};

/** The database that a connection string names, or `herald`. */
export const databaseIn = (url: string): string =>
  new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/?]*/, 'x://host')).pathname.slice(1) || DEFAULT_DATABASE;

/** Whether it is an error of the system: the driver passes errors of files and of DNS lookups on unchanged. */
const isOfSystem = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';

/** The port's error for a failure of the driver or the system; any other error unchanged. */
export const failureOf = (error: unknown, url: string): unknown => {
  if (!(error instanceof MongoError || isOfSystem(error))) return error;
  const failure = new HeraldError(
    'document-store-unavailable',
    `MongoDB at ${redactUrl(url)} fails (${withoutSourceLine(error.message)}). ${mongodbAdvice(error, url, databaseIn(url))}; then retry.`,
  );
  failure.cause = error;
  return failure;
};
