import type * as z from 'zod';
import { parseBody } from './json-body.js';
import { validated } from './validated.js';

/**
 * A body of JSON as its schema reads it.
 * @throws HeraldError `malformed-json`. @throws InvalidRequest that names every field at fault.
 */
export const parsedBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> =>
  validated(schema, parseBody(body));
