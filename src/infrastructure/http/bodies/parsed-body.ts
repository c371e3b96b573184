import type * as z from 'zod';
import { validated } from '../validated.js';
import { parseBody } from './json-body.js';

/**
 * A JSON body parsed by its schema.
 * @throws HeraldError `malformed-json`.
 * @throws InvalidRequest that names every field at fault.
 */
export const parsedBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> =>
  validated(schema, parseBody(body));
