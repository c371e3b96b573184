import * as z from 'zod';
import {
  PARTNER_STATUSES,
  type PartnerDocument,
} from '../../../application/read-models/partners/partners.js';
import {
  SOLUTION_STATUSES,
  type SolutionDocument,
} from '../../../application/read-models/solutions/solutions.js';
import type { ListAnswer, Listed } from '../page-of.js';
import { incomplete, next, stale } from './fields.js';
import { sameAs } from './same-as.js';

export const partner = sameAs<Listed<PartnerDocument>>()(
  z
    .object({
      partnerId: z.string(),
      solutionId: z
        .string()
        .optional()
        .describe('The solution that it is in; absent while it is not registered.'),
      name: z.string().optional(),
      timeZone: z.string().optional(),
      status: z
        .enum(PARTNER_STATUSES)
        .describe('`unregistered`: events name it, but it was never registered, so nobody is notified.'),
      stale,
    })
    .meta({ id: 'Partner', description: 'A partner, as recorded in the log.' }),
);

export const partnerPage = sameAs<ListAnswer<PartnerDocument>>()(
  z
    .object({ items: z.array(partner), next, incomplete: incomplete.optional() })
    .meta({ id: 'PartnerPage', description: 'Partners.' }),
);

const frequency = z.enum(['off', 'daily', 'weekly', 'monthly']);

const policies = z
  .object({
    contentApprovalDefault: z
      .object({ admin: frequency, member: frequency })
      .describe('For users who have not chosen.'),
    accountExpiredCadence: z.enum(['same-weekday', 'monday']).describe('When `account-expired` is repeated.'),
    sendAt: z.string().describe('When periodic mails are sent, in the zone of the partner: `09:00`.'),
  })
  .meta({ id: 'Policies', description: 'The settings in which solutions differ.' });

export const solution = sameAs<Listed<SolutionDocument>>()(
  z
    .object({
      solutionId: z.string(),
      status: z
        .enum(SOLUTION_STATUSES)
        .describe('`unconfigured`: partners were registered in it, but its settings are not known.'),
      name: z.string().optional(),
      entitled: z.boolean().optional().describe('Whether it has notifications at all.'),
      timeZone: z.string().optional(),
      locale: z.string().optional(),
      baseUrl: z.string().optional(),
      accountUrl: z.string().optional(),
      postUrl: z.string().optional(),
      branding: z
        .object({
          logoUrl: z.string().optional(),
          color: z.string().optional(),
          footer: z.string().optional(),
        })
        .optional(),
      sender: z.object({ name: z.string(), address: z.string() }).optional(),
      escalationEmail: z.string().optional(),
      policies: policies.optional(),
      stale,
    })
    .meta({ id: 'Solution', description: 'A solution with its settings; absent while they are not known.' }),
);

export const solutionPage = sameAs<ListAnswer<SolutionDocument>>()(
  z
    .object({ items: z.array(solution), next, incomplete: incomplete.optional() })
    .meta({ id: 'SolutionPage', description: 'Solutions.' }),
);
