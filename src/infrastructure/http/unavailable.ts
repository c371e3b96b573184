import type { ErrorCode } from '../../domain/error-codes.js';

/**
 * What is said over HTTP of a store that is away. What a driver says of it names hosts, files and at times passwords: that is
 * in the log only.
 */
const TEXTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'event-store-unavailable':
    'The event store does not answer. Events that were not answered with 202 may be sent again as they are. Try again in a few seconds; if it stays, see GET /health.',
  'log-replaced':
    'The file of the log was replaced while this instance runs, so nothing is recorded: an operator has to restart the instance. Then send the request again.',
  'event-store-closed':
    'This instance is stopping. Send the request to another one, or again when it has restarted.',
  'document-store-unavailable':
    'The store of the read models does not answer. Try again in a few seconds; if it stays, see GET /health.',
  'projections-stopped':
    'The read models do not follow the log at the moment, and Herald tries again by itself. Try again in a few seconds; if it stays, see GET /health.',
};

/** The text for a code, where the error's own text stays in the log. */
export const publicTextOf = (code: ErrorCode): string | undefined => TEXTS[code];
