import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseBoundedJson } from '../../../application/ingest/bounded-json.js';
import { JSON_MEDIA_TYPE } from '../../../application/ingest/cloud-event.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { BytesInFlight } from '../limits/bytes-in-flight.js';
import { receiveBody, receiveDecodedBody } from './received-body.js';

/** Where providers report what became of mails. */
export const FEEDBACK = '/v1/feedback';

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
    return receiveBody(request, inFlight);
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest) => {
    requireJson(request);
    // What proves itself by a signature is signed as it was sent.
    const receive = request.routeOptions.url?.startsWith(FEEDBACK) ? receiveBody : receiveDecodedBody;
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
