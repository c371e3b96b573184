import { randomUUID } from 'node:crypto';
import { MAX_CORRELATION_ID_LENGTH } from '../../../domain/bounds.js';

const REQUEST_ID = /^[A-Za-z0-9._:/+=@-]+$/;
const TRACE_ID = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The id of a request: the client's own if it is well-formed, else that of the client's trace, else a new one. */
export const correlationIdOf = (headers: Readonly<Record<string, string | string[] | undefined>>): string => {
  const { 'x-request-id': requestId, traceparent } = headers;
  if (
    typeof requestId === 'string' &&
    requestId.length <= MAX_CORRELATION_ID_LENGTH &&
    REQUEST_ID.test(requestId)
  )
    return requestId;
  return (typeof traceparent === 'string' && TRACE_ID.exec(traceparent)?.[1]) || randomUUID();
};
