import * as z from 'zod';
import { identifier, instant, text } from '../../../application/schemas/fields.js';
import { ROLES } from '../../../domain/access/role.js';
import {
  MAX_KEY_LIFETIME_S,
  MAX_KEY_OVERLAP_S,
  MAX_SOLUTIONS_PER_PRINCIPAL,
  MAX_SOURCES_PER_KEY,
} from '../../../domain/bounds.js';

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** When a key expires. @param usually what holds without either. */
const expiry = (usually: string) => ({
  expiresAt: instant
    .nullable()
    .optional()
    .describe(`When it expires; \`null\`: it does not. Default: ${usually}.`),
  expiresIn: z
    .int()
    .min(1)
    .max(MAX_KEY_LIFETIME_S)
    .optional()
    .describe('In how many seconds it expires, instead of `expiresAt`.'),
});

const oneExpiry = z.check<{ readonly expiresAt?: unknown; readonly expiresIn?: unknown }>(
  ({ value, issues }) => {
    if (value.expiresAt === undefined || value.expiresIn === undefined) return;
    const message = 'Give expiresAt or expiresIn, and not both.';
    issues.push({ code: 'custom', input: value, path: ['expiresIn'], message });
  },
);

/** The same, for the API description. */
const ONE_EXPIRY = { not: { required: ['expiresAt', 'expiresIn'] } };

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
    ...expiry('after a year'),
  })
  .check(oneExpiry)
  .meta({ ...ONE_EXPIRY, id: 'CreateApiKey', description: 'What a new key permits.' });

/** How a key is rotated. */
export const rotateKeyBody = z
  .strictObject({
    overlap: z
      .int()
      .min(0)
      .max(MAX_KEY_OVERLAP_S)
      .optional()
      .describe('For how many seconds the old secret stays valid, at most 30 days. Default: a day.'),
    ...expiry('it is valid for as long as the old secret was'),
  })
  .check(oneExpiry)
  .meta({ ...ONE_EXPIRY, id: 'RotateApiKey', description: 'How long the old and the new secret are valid.' });

export const keyParams = z.object({ id: z.string().min(1).max(64).describe('The id of the key.') });
