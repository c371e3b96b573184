import * as z from 'zod';
import type { KeyView, NewKey } from '../../../application/access/key-view.js';
import type { KeyPage } from '../../../application/access/list-keys.js';
import { ROLES } from '../../../domain/access/role.js';
import { moment, next } from './fields.js';
import { sameAs } from './same-as.js';

const fields = {
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  solutions: z.union([z.literal('all'), z.array(z.string())]).describe('The solutions that it is bound to.'),
  sources: z.array(z.string()).optional().describe('How the `source` of its CloudEvents begins.'),
  status: z.enum(['valid', 'expired', 'revoked']),
  createdAt: moment,
  createdBy: z.string(),
  expiresAt: moment.optional().describe('Absent for a key that does not expire.'),
  rotatedAt: moment.optional(),
  previousValidUntil: moment
    .optional()
    .describe('Until when secrets from before the last rotation are valid, at most; absent when none is.'),
  revokedAt: moment.optional(),
  lastUsedAt: moment.optional().describe('To the minute; absent if it was never used.'),
};

export const apiKey = sameAs<KeyView>()(
  z.object(fields).meta({ id: 'ApiKey', description: 'An API key, without its text.' }),
);

export const newApiKey = sameAs<NewKey>()(
  z
    .object({ key: z.string().describe('Its text, shown this once: `hk_…`.'), ...fields })
    .meta({ id: 'NewApiKey', description: 'An API key with its text, which is shown this once.' }),
);

export const apiKeyPage = sameAs<KeyPage>()(
  z
    .object({ items: z.array(apiKey), next })
    .meta({ id: 'ApiKeyPage', description: 'API keys, the newest first.' }),
);
