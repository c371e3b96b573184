import * as z from 'zod';
import type { DanglingPage } from '../../../application/audit/registry/list-dangling.js';
import { incomplete, moment, next, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const namingEvent = z
  .object({
    eventId: uuid.describe('Its id in the log.'),
    type: z.string().describe('Its type in the log.'),
    source: z.string().optional().describe('The source of the CloudEvent.'),
    id: z.string().optional().describe('The id of the CloudEvent.'),
  })
  .meta({ id: 'NamingEvent', description: 'The event that named something first.' });

const dangling = z
  .object({
    kind: z
      .enum(['partner', 'user', 'account'])
      .describe('Never registered, never added, or never connected.'),
    partnerId: z.string().optional().describe('The partner, or the partner of the user.'),
    userId: z.string().optional(),
    accountId: z.string().optional(),
    since: moment.describe('When Herald learned of it.'),
    event: namingEvent,
  })
  .meta({
    id: 'Dangling',
    description: 'Something that events name although it never got its registration.',
  });

export const danglingPage = sameAs<DanglingPage>()(
  z
    .object({ items: z.array(dangling), next, incomplete: incomplete.optional() })
    .meta({ id: 'DanglingPage', description: 'What never got its registration.' }),
);
