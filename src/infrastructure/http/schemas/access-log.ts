import * as z from 'zod';
import type { AccessLogPage, ShownAccess } from '../../../application/access-log/list-access-log.js';
import { PERMISSION_NAMES } from '../../../domain/access/permission.js';
import { ROLES } from '../../../domain/access/role.js';
import { moment, next, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const access = sameAs<ShownAccess>()(
  z
    .object({
      accessId: uuid,
      at: moment.describe('When it was recorded.'),
      principalId: z
        .string()
        .describe('`key:…`, `oidc:…`, or `anonymous` for a change while access was open.'),
      principalName: z.string(),
      role: z.enum(ROLES),
      permission: z.enum(PERMISSION_NAMES),
      action: z.string().describe('Method and route, such as `GET /v1/people/:id/history`.'),
      asked: z
        .record(z.string(), z.string())
        .describe(
          'The ids and filters of the request. Empty if it also concerned solutions that you do not see.',
        ),
      purpose: z.string().optional().describe('What the request was for: the header `Herald-Purpose`.'),
      solutions: z
        .array(z.string())
        .describe('The solutions that it concerned, as far as you see them; empty: all.'),
      status: z
        .int()
        .optional()
        .describe('The status of the answer; absent for a change of which no answer is on record.'),
      correlationId: z.string().describe('The `x-request-id` of the request.'),
    })
    .meta({ id: 'Access', description: 'Who read personal data or changed something, and what for.' }),
);

export const accessLogPage = sameAs<AccessLogPage>()(
  z
    .object({ items: z.array(access), next })
    .meta({ id: 'AccessLogPage', description: 'Accesses, newest first.' }),
);
