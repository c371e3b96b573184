import * as z from 'zod';
import { identifier, instant, text } from '../../application/schemas/fields.js';
import { ROLES } from '../../domain/access/role.js';
import { MAX_SOLUTIONS_PER_PRINCIPAL, MAX_SOURCES_PER_KEY } from '../../domain/bounds.js';

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** What a new key permits. */
export const createKeyBody = z
  .strictObject({
    name: text(100).describe('What people call it, such as the system that uses it.'),
    role: z.enum(ROLES, `Expected ${ROLES.join(', ')}.`),
    solutions: z
      .union(
        [z.literal('all'), z.array(identifier).min(1).max(MAX_SOLUTIONS_PER_PRINCIPAL).transform(distinct)],
        `Expected "all", or a list of 1 to ${MAX_SOLUTIONS_PER_PRINCIPAL} ids of solutions.`,
      )
      .describe('The solutions that it is bound to, or `all`. Of the others it sees and changes nothing.'),
    sources: z
      .array(z.string().min(1).max(256))
      .min(1)
      .max(MAX_SOURCES_PER_KEY)
      .transform(distinct)
      .optional()
      .describe('How the `source` of its CloudEvents begins. Default: it is not limited.'),
    expiresAt: instant
      .nullable()
      .optional()
      .describe('When it expires; `null`: it does not. Default: after a year.'),
  })
  .meta({ id: 'CreateApiKey', description: 'What a new key permits.' });

/** How a key is rotated. */
export const rotateKeyBody = z
  .strictObject({
    previousValidUntil: instant
      .optional()
      .describe('Until when the old secret stays valid, at most 30 days. Default: for a day.'),
    expiresAt: instant
      .nullable()
      .optional()
      .describe(
        'When the new secret expires; `null`: it does not. Default: it is valid for as long as the old one was.',
      ),
  })
  .meta({ id: 'RotateApiKey', description: 'How long the old and the new secret are valid.' });

export const keyParams = z.object({ id: z.string().min(1).max(64).describe('The id of the key.') });
