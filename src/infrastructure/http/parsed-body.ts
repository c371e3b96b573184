import type * as z from 'zod';
import { plainEnglish } from '../../application/schemas/plain-english.js';
import { invalidRequest } from './invalid-request.js';
import { parseBody } from './json-body.js';

/**
 * A body of JSON as its schema reads it.
 * @throws HeraldError `malformed-json`. @throws InvalidRequest that names every field at fault.
 */
export const parsedBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => {
  const result = schema.safeParse(parseBody(body), { error: plainEnglish });
  if (!result.success) throw invalidRequest(result.error.issues);
  return result.data;
};
