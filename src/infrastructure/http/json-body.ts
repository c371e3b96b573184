import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseBoundedJson } from '../../application/ingest/bounded-json.js';
import { JSON_MEDIA_TYPE } from '../../application/ingest/cloud-event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { BytesInFlight } from './limits/bytes-in-flight.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route looks at the content type of a body itself. */
    readonly checksContentType?: true;
  }
}

/** The route looks at the content type of a body itself; for any other route of the API it must be JSON. */
export const ChecksContentType = (): MethodDecorator => RouteConfig({ checksContentType: true });

/**
 * Passes every body on as text, mails as bytes: CloudEvents have several content types, and Herald reports JSON errors itself. Bytes that are
 * not UTF-8 are refused: replacing them would record what nobody sent. So is what a page of another site may send without being
 * asked first, which is never JSON.
 */
export const takeBodiesAsText = (fastify: FastifyInstance): void => {
  const inFlight = new BytesInFlight(fastify);
  fastify.removeAllContentTypeParsers();
  // A mail may be in any encoding.
  fastify.addContentTypeParser('message/rfc822', async (request: FastifyRequest) => {
    requireJson(request);
    return receive(request, inFlight);
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest) => {
    requireJson(request);
    const body = await receive(request, inFlight);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch {
      throw new HeraldError('malformed-json', 'The body is not UTF-8: send JSON in UTF-8.', 'body');
    }
  });
};

const requireJson = ({ is404, routeOptions: { config }, headers }: FastifyRequest): void => {
  const isFree = is404 || config.servedAt !== undefined || config.checksContentType;
  if (!isFree && !JSON_MEDIA_TYPE.test(headers['content-type'] ?? ''))
    throw new HeraldError('unsupported-content-type', 'Send the body as application/json.', 'content-type');
};

/** Receives a body. After a refusal the rest is read and discarded, so that the answer reaches the sender. */
const receive = (request: FastifyRequest, inFlight: BytesInFlight): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { raw } = request;
    const limit = request.routeOptions.bodyLimit;
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = () => {
      raw.off('data', take).off('end', end).off('error', fail);
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
    raw.on('data', take).on('end', end).on('error', fail);
    if (Number(raw.headers['content-length']) > limit) fail(tooLarge(limit));
    raw.resume();
  });

const tooLarge = (limit: number) =>
  new HeraldError(
    'payload-too-large',
    `The body exceeds the limit of ${limit} bytes: send less at once, such as smaller batches.`,
    'body',
  );

/** Limits the bodies of all routes under a path, in bytes; call it before the routes are added. */
export const limitBodies = (fastify: FastifyInstance, path: string, bytes: number): void => {
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith(path)) route.bodyLimit = bytes;
  });
};

/** @throws HeraldError `malformed-json`, `json-too-complex`. */
export const parseBody = (body: unknown): unknown => {
  try {
    return parseBoundedJson(typeof body === 'string' ? body : '');
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    throw new HeraldError('malformed-json', 'The body is not JSON: send a JSON object.', 'body');
  }
};
