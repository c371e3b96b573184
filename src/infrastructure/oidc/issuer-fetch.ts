import { MAX_ISSUER_ANSWER_BYTES, MAX_ISSUER_FETCH_MS } from '../../domain/bounds.js';

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
