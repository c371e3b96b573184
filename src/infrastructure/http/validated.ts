import type * as z from 'zod';
import { plainEnglish } from '../../application/schemas/plain-english.js';
import { invalidRequest } from './problems/invalid-request.js';

/**
 * A part of a request parsed by its schema.
 * @param name the name of the part in an error about all of it. Default: `request`.
 * @throws InvalidRequest that names every field at fault.
 */
export const validated = <S extends z.ZodType>(schema: S, value: unknown, name?: string): z.output<S> => {
  const result = schema.safeParse(value, { error: plainEnglish });
  if (!result.success) throw invalidRequest(result.error.issues, name);
  return result.data;
};
