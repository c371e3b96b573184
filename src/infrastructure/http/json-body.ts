import type { FastifyInstance } from 'fastify';
import { HeraldError } from '../../domain/herald-error.js';

/**
 * Hands every body on as text: CloudEvents come under several types, and what is wrong with JSON is said in Herald's
 * own words.
 */
export const takeBodiesAsText = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
};

/** @throws HeraldError `malformed-json`. */
export const parseBody = (body: unknown): unknown => {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new HeraldError('malformed-json', 'The body is not JSON: send a JSON object.', 'body');
  }
};
