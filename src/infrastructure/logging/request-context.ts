import { AsyncLocalStorage } from 'node:async_hooks';

/** The request on whose behalf code runs. */
export interface RequestContext {
  /** Names the request in every line of the log, and is answered as `x-request-id`. */
  readonly correlationId: string;
}

/** The request that is being answered; empty in the background. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
