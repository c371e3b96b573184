import { AsyncLocalStorage } from 'node:async_hooks';

/** The request on whose behalf code runs. */
export interface RequestContext {
  /** Identifies the request in every log line, and is returned as `x-request-id`. */
  readonly correlationId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();
const underWay = new Set<RequestContext>();

/** The request that is being processed; undefined in background work. */
export const currentRequest = (): RequestContext | undefined => storage.getStore();

/** Call it before the first `runInRequest`, and `endRequest` when its connection has its answer or is gone. */
export const beginRequest = (request: RequestContext): void => {
  underWay.add(request);
};

/** Runs a part of the work on a request. */
export const runInRequest = (request: RequestContext, work: () => void): void => storage.run(request, work);

/** The request has its answer, or nobody waits for it. */
export const endRequest = (request: RequestContext): void => {
  underWay.delete(request);
  // Up to Node 22 a storage that was used once watches every promise of the process, which costs background work a twentieth of its time.
  if (underWay.size === 0) storage.disable();
};
