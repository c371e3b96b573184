import { STATUS_CODES } from 'node:http';
import type { FieldError } from '../../../application/ingest/cloud-event.js';
import { InvalidEvent } from '../../../application/ingest/cloud-event.js';
import type { ErrorCode } from '../../../domain/error-codes.js';
import type { HeraldError } from '../../../domain/kernel/herald-error.js';
import { withoutSecrets } from '../../logging/known-secrets.js';
import { InvalidRequest } from './invalid-request.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Problem details, RFC 9457. `type` links to the page of errors; `code` is stable; `errors` names every field at fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly errors?: readonly FieldError[];
  /** For status 500 and above: identifies the request in the log. */
  readonly correlationId?: string;
}

/** The HTTP status of each code; docs/errors.md lists the same. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'access-log-unavailable': 503,
  'batch-refused': 400,
  'build-outdated': 409,
  'clock-goes-back': 409,
  'clock-behind': 503,
  'clock-in-doubt': 503,
  'clock-moving': 409,
  'clock-step-too-large': 422,
  'cross-site-request': 403,
  'credential-invalid': 401,
  'credential-missing': 401,
  'document-store-unavailable': 503,
  'empty-batch': 400,
  'event-store-closed': 503,
  'event-store-unavailable': 503,
  'feedback-not-configured': 404,
  'feedback-refused': 403,
  'feedback-unverified': 503,
  'append-too-large': 413,
  'batch-too-large': 413,
  'payload-too-large': 413,
  'headers-too-large': 431,
  'idempotency-conflict': 409,
  'inbound-keys-behind': 503,
  'internal-error': 500,
  'invalid-batch': 400,
  'invalid-cloudevent': 400,
  'invalid-cursor': 400,
  'invalid-event-data': 400,
  'invalid-position': 400,
  'invalid-request': 400,
  'json-too-complex': 400,
  'issuer-unavailable': 503,
  'key-revoked': 409,
  'log-replaced': 503,
  'malformed-json': 400,
  'malformed-request': 400,
  'method-not-allowed': 405,
  'misdirected-request': 421,
  'no-previous-version': 409,
  'not-found': 404,
  'not-in-doubt': 409,
  'notification-unknown': 501,
  'not-yet-due': 400,
  'nothing-to-roll-back': 409,
  'owned-elsewhere': 409,
  'owner-missing': 400,
  'permission-missing': 403,
  'person-ambiguous': 400,
  'projection-newer': 503,
  'projection-parked': 503,
  'projections-stopped': 503,
  'read-models-rebuilding': 503,
  'rebuild-owned-elsewhere': 409,
  'replay-in-part': 409,
  'replay-not-in-state': 409,
  'replay-under-way': 409,
  'request-refused': 400,
  'request-timeout': 408,
  'search-too-broad': 422,
  'shutting-down': 503,
  'source-not-yours': 403,
  'swap-conflict': 409,
  'too-many-accounts': 422,
  'too-many-bytes-in-flight': 503,
  'too-many-expensive-reads': 429,
  'too-many-keys': 409,
  'too-many-open-requests': 503,
  'too-many-requests': 429,
  'too-many-send-nows': 422,
  'too-many-skipped-events': 409,
  'too-many-users': 422,
  'too-many-waiting-posts': 422,
  'too-many-watchers': 429,
  'unknown-event-type': 400,
  'unsupported-content-encoding': 415,
  'unsupported-content-type': 415,
  'webhook-origin-refused': 403,
};

/** The status of an answer with this code; 500 for a code that no request should get. */
export const statusOf = (code: ErrorCode): number => STATUS[code] ?? 500;

/** Where a code is explained: a page that every instance serves. */
export const typeOf = (code: ErrorCode): string => `/errors#${code}`;

/** Seconds after which a request refused for lack of capacity may be retried. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = {
  'too-many-expensive-reads': 5,
  'too-many-watchers': 30,
  // At most: the error itself has the seconds that are left.
  'too-many-requests': 60,
  'too-many-open-requests': 2,
  'too-many-bytes-in-flight': 2,
};

/** The `Retry-After` header of a problem, in seconds; undefined if it has none. */
export const retryAfter = ({ code }: Pick<Problem, 'code'>): number | undefined => RETRY_AFTER[code];

/** The `WWW-Authenticate` header of a problem, RFC 6750 3; undefined if it is not about a credential. */
export const challengeOf = ({ code, status }: Problem): string | undefined => {
  if (code === 'credential-invalid') return 'Bearer error="invalid_token"';
  return status === 401 ? 'Bearer' : undefined;
};

/**
 * A problem with this code. What a request is refused for repeats the request: without its secrets, it would tell whoever guesses one
 * that the guess is right. Only what fails here can quote what Herald knows, such as an error of a driver.
 * @param status overrides the status of the code.
 */
export const problem = (
  code: ErrorCode,
  detail: string,
  errors: readonly FieldError[] = [],
  status: number = statusOf(code),
): Problem => ({
  type: typeOf(code),
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: status >= 500 ? withoutSecrets(detail) : detail,
  code,
  ...(errors.length > 0 ? { errors } : {}),
});

/** The problem of a HeraldError. */
export const problemOf = (error: HeraldError): Problem => problem(error.code, error.message, fieldsOf(error));

const fieldsOf = (error: HeraldError): readonly FieldError[] => {
  if (error instanceof InvalidEvent || error instanceof InvalidRequest) return error.errors;
  return error.field ? [{ field: error.field, message: error.message }] : [];
};
