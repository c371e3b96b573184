import * as z from 'zod';
import type { Change } from '../../../application/audit/changes/change.js';
import type { Changes } from '../../../application/audit/changes/get-changes.js';
import { facts, moment, next, position, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const change = sameAs<Change>()(
  z
    .object({
      type: z.string().describe('The type of the event in the log.'),
      eventId: uuid,
      position,
      occurredAt: moment.describe('When it happened.'),
      recordedAt: moment.describe('When Herald learned of it.'),
      actor: z.string().describe('`platform`, `clock`, or whoever else caused the event.'),
      source: z.string().optional().describe('The source of the CloudEvent.'),
      sourceId: z.string().optional().describe('The id of the CloudEvent.'),
      data: facts.describe('What the event says.'),
      asSent: z
        .record(z.string(), z.string())
        .optional()
        .describe('What the platform sent for texts that were cleaned or converted, by field.'),
    })
    .meta({ id: 'Change', description: 'One event of an account, a partner, a queue or a solution.' }),
);

export const changesPage = sameAs<Changes>()(
  z
    .object({ items: z.array(change).describe('The newest first.'), next })
    .meta({ id: 'ChangesPage', description: 'Who changed what, when, and by which event.' }),
);
