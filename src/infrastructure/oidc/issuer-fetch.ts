import { RestAfterFailure } from '../../application/concurrency/rest-after-failure.js';
import type { Clock } from '../../application/ports/clock.js';
import { MAX_ISSUER_ANSWER_BYTES, MAX_ISSUER_FETCH_MS } from '../../domain/bounds.js';

/** How long a provider that has failed is not asked again, in milliseconds: whoever makes up tokens or sign-ins would have it asked each time. */
const REST_MS = 1_000;

/** Keeps a provider that fails from being asked more often than once a second. */
export const issuerRest = (clock: Clock): RestAfterFailure => new RestAfterFailure(clock, REST_MS);

/**
 * Fetches a document of the OpenID provider: within a time and a size, and from nowhere else than asked.
 * @throws what `fetch` throws, and an error for an answer that is too large.
 */
export const issuerFetch = async (url: string, init: RequestInit): Promise<Response> => {
  const signal = AbortSignal.timeout(MAX_ISSUER_FETCH_MS);
  const { status, headers, body } = await fetch(url, { ...init, signal, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_ISSUER_ANSWER_BYTES)
      throw new Error(`${url} answered more than ${MAX_ISSUER_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks, length), { status, headers });
};

/** Fetches a document of the OpenID provider that has to be JSON. @throws as `issuerFetch`, and an error for any other answer. */
export const issuerFetchJson = async (url: string, init: RequestInit): Promise<Response> => {
  const response = await issuerFetch(url, init);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  await response.clone().json();
  return response;
};
