import { createGunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { BytesInFlight } from '../limits/bytes-in-flight.js';

/** The content codings that Herald reads, for the header `Accept-Encoding` of an answer (RFC 7694). */
export const ACCEPTED_ENCODINGS = 'gzip';

/** Both names of gzip (RFC 9110, 8.4.1.3). */
const GZIP = ['gzip', 'x-gzip'];

/**
 * Receives a body as it was sent, up to the limit of its route. After a refusal the rest is read and discarded, so that the answer
 * reaches the sender.
 * @throws HeraldError `payload-too-large`, `too-many-bytes-in-flight`.
 */
export const receiveBody = (request: FastifyRequest, inFlight: BytesInFlight): Promise<Buffer> =>
  collect(request, request.raw, inFlight);

/**
 * Receives a body and undoes its content coding while it arrives: what grows beyond the limit is refused when it does, however
 * little was sent for it.
 * @throws HeraldError `unsupported-content-encoding`, `malformed-json`, `payload-too-large`, `too-many-bytes-in-flight`.
 */
export const receiveDecodedBody = async (
  request: FastifyRequest,
  inFlight: BytesInFlight,
): Promise<Buffer> => {
  const { raw } = request;
  const coding = raw.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return receiveBody(request, inFlight);
  if (!GZIP.includes(coding)) {
    raw.resume();
    throw new HeraldError(
      'unsupported-content-encoding',
      'Send the body without a content-encoding, or with gzip; there is no other and no combination.',
      'content-encoding',
    );
  }
  const gunzip = createGunzip();
  try {
    return await collect(request, raw.pipe(gunzip), inFlight);
  } finally {
    raw.unpipe(gunzip);
    // Nobody waits for it any more: what it still says about the rest of the body is of no interest.
    gunzip.on('error', () => undefined).destroy();
    raw.resume();
  }
};

/** @param source what the body becomes on the way: the request itself, or what decodes it. */
const collect = (
  request: FastifyRequest,
  source: NodeJS.ReadableStream,
  inFlight: BytesInFlight,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { raw } = request;
    const limit = request.routeOptions.bodyLimit;
    const chunks: Buffer[] = [];
    let [length, arrived] = [0, 0];
    const stop = () => {
      raw.off('data', count).off('error', fail);
      source.off('data', take).off('end', end).off('error', damaged);
    };
    const count = (chunk: Buffer) => {
      arrived += chunk.length;
      if (arrived > limit) fail(tooLarge(limit));
    };
    const take = (chunk: Buffer) => {
      try {
        length += chunk.length;
        if (length > limit) throw tooLarge(limit);
        inFlight.add(request, chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const end = () => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
    };
    const damaged = (error: unknown) => fail(source === raw ? error : notGzip());
    raw.on('data', count).on('error', fail);
    source.on('data', take).on('end', end).on('error', damaged);
    if (Number(raw.headers['content-length']) > limit) fail(tooLarge(limit));
    raw.resume();
  });

const tooLarge = (limit: number) =>
  new HeraldError(
    'payload-too-large',
    `The body exceeds the limit of ${limit} bytes: send less at once, such as smaller batches.`,
    'body',
  );

const notGzip = () =>
  new HeraldError(
    'malformed-json',
    'The body is not gzip, or is cut off: compress the JSON as a whole, or send it without content-encoding.',
    'body',
  );
