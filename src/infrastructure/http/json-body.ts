import type { FastifyInstance } from 'fastify';
import { parseBoundedJson } from '../../application/ingest/bounded-json.js';
import { HeraldError } from '../../domain/herald-error.js';

/**
 * Hands every body on as text: CloudEvents come under several types, and what is wrong with JSON is said in Herald's
 * own words. Bytes that are no text are refused: to replace them would record what nobody sent.
 */
export const takeBodiesAsText = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch {
      throw new HeraldError('malformed-json', 'The body is not UTF-8: send JSON in UTF-8.', 'body');
    }
  });
};

/** Limits the bodies of all routes under a path, in bytes; the routes are not there yet. */
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
