import * as z from 'zod';
import type { Verification } from '../../../application/audit/verify/verify-notification.js';
import { uuid } from './fields.js';
import { sameAs } from './same-as.js';

const check = z
  .object({
    name: z
      .enum([
        ...(['due', 'rule-version', 'slot', 'recipient', 'decision', 'reason', 'conditions'] as const),
        ...(['template', 'content-hash', 'content'] as const),
      ])
      .describe('`content`: which parts of the mail come out the same, byte by byte.'),
    ok: z.boolean(),
    recorded: z.unknown().describe('What is on record; null if there is nothing.'),
    recomputed: z.unknown().describe('What comes out today; null if there is nothing.'),
  })
  .meta({ id: 'VerificationCheck', description: 'One comparison.' });

export const verification = sameAs<Verification>()(
  z
    .object({
      notificationId: uuid,
      verified: z.boolean().describe('Whether all checks are ok.'),
      checks: z.array(check),
    })
    .meta({
      id: 'Verification',
      description: 'A decision, made again on the history before it, beside what is on record.',
    }),
);
