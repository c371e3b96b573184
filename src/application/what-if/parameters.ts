import * as z from 'zod';
import { contentFrequency, timeOfDay } from '../schemas/fields.js';

/** What may be different from what the rules and the solutions say. */
export const parametersSchema = z.strictObject({
  threshold: z.number().int().min(1).max(365).optional(),
  entitled: z.boolean().optional(),
  policies: z
    .strictObject({
      contentApprovalDefault: z
        .strictObject({ admin: contentFrequency.optional(), member: contentFrequency.optional() })
        .optional(),
      accountExpiredCadence: z.enum(['same-weekday', 'monday']).optional(),
      sendAt: timeOfDay.optional(),
    })
    .optional(),
});

export type Parameters = z.output<typeof parametersSchema>;
