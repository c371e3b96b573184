import { STATUS_CODES } from 'node:http';
import type { FieldError } from '../../application/ingest/cloud-event.js';
import { InvalidEvent } from '../../application/ingest/cloud-event.js';
import type { HeraldError } from '../../domain/herald-error.js';
import { InvalidRequest } from './invalid-request.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Problem details, RFC 9457. `code` is stable; `errors` names every field at fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  /** Of an answer from 500: finds the request in the log. */
  readonly correlationId?: string;
}

const STATUS: Readonly<Record<string, number>> = {
  'not-found': 404,
  'unsupported-content-type': 415,
  'batch-too-large': 413,
  'payload-too-large': 413,
  'too-many-expensive-reads': 429,
  'too-many-watchers': 429,
  'too-many-requests': 429,
  'too-many-open-requests': 503,
  'too-many-bytes-in-flight': 503,
  'too-many-users': 422,
  'too-many-accounts': 422,
  'too-many-waiting-posts': 422,
  'too-many-send-nows': 422,
  'clock-goes-back': 409,
  'replay-under-way': 409,
  'replays-elsewhere': 409,
  'replay-not-in-state': 409,
  'nothing-to-roll-back': 409,
  'nothing-kept': 409,
  'replay-in-part': 409,
  'swapped-elsewhere': 409,
  'clock-behind': 503,
  'inbound-keys-behind': 503,
  'idempotency-conflict': 409,
  'event-store-unavailable': 503,
  'event-store-closed': 503,
  'log-replaced': 503,
  'document-store-unavailable': 503,
  'projections-stopped': 503,
  'herald-ends': 503,
  'clock-in-doubt': 503,
  'projection-parked': 503,
  'read-models-rebuilding': 503,
  'projection-newer': 503,
  'too-many-skipped-events': 409,
};

/** Seconds after which a request that was refused for want of room is worth another try. */
const RETRY_AFTER: Readonly<Record<string, number>> = {
  'too-many-expensive-reads': 5,
  'too-many-watchers': 30,
  'too-many-requests': 60,
  'too-many-open-requests': 2,
  'too-many-bytes-in-flight': 2,
};

/** What the header `Retry-After` says of a problem, in seconds; undefined where it says nothing. */
export const retryAfter = ({ code }: Problem): number | undefined =>
  Object.hasOwn(RETRY_AFTER, code) ? RETRY_AFTER[code] : undefined;

/** A problem; what kind it is, its code says. */
export const problem = (
  status: number,
  code: string,
  detail: string,
  errors?: readonly FieldError[],
): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  code,
  ...(errors && errors.length > 0 ? { errors } : {}),
});

/** What a HeraldError is over HTTP. */
export const problemOf = (error: HeraldError): Problem => {
  const errors =
    error instanceof InvalidEvent || error instanceof InvalidRequest
      ? error.errors
      : error.field
        ? [{ field: error.field, message: error.message }]
        : [];
  return problem(STATUS[error.code] ?? 400, error.code, error.message, errors);
};
