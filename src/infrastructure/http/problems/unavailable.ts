import type { ErrorCode } from '../../../domain/error-codes.js';

/**
 * The public texts for unavailable stores. A driver's message names hosts, files and sometimes passwords, so it stays in the
 * log.
 */
const TEXTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'event-store-unavailable':
    'The event store does not answer. Events without a 202 answer can safely be sent again. Retry in a few seconds; if the error persists, see GET /health.',
  'log-replaced':
    'The file of the log was replaced while this instance was running, so nothing is recorded. An operator must restart the instance; then send the request again.',
  'event-store-closed': 'This instance is shutting down. Retry on another instance, or after its restart.',
  'document-store-unavailable':
    'The store of the read models does not answer. Retry in a few seconds; if the error persists, see GET /health.',
  'projections-stopped':
    'The read models do not follow the log at the moment; Herald retries automatically. Retry in a few seconds; if the error persists, see GET /health.',
};

/** The public text for a code whose own message stays in the log. */
export const publicTextOf = (code: ErrorCode): string | undefined => TEXTS[code];
