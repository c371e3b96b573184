import { AsyncLocalStorage } from 'node:async_hooks';

/** The request on whose behalf code runs. */
export interface RequestContext {
  /** Identifies the request in every log line, and is returned as `x-request-id`. */
  readonly correlationId: string;
}

/** The request that is being processed; empty in background work. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
