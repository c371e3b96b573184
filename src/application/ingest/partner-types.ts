import * as z from 'zod';
import {
  contentFrequency,
  email,
  identifier,
  locale,
  somethingBeside,
  text,
  timeZone,
} from '../schemas/fields.js';

const partnerId = identifier.describe('The partner.');
const userId = identifier.describe('The partner user.');
const role = z.enum(['admin', 'member']).meta({ title: 'PartnerUserRole' });

/** What the platform reports about partners. */
export const PARTNER_TYPES = {
  'herald.partner.registered.v1': z
    .object({
      partnerId,
      solutionId: identifier.describe('The solution that the partner joined.'),
      name: text(200).describe("The company's name."),
      timeZone: timeZone.describe("The partner's IANA time zone; mails are scheduled in it."),
    })
    .describe('A partner joined a solution.'),
  'herald.partner.zone-changed.v1': z
    .object({ partnerId, timeZone: timeZone.describe('The new IANA time zone.') })
    .describe('A partner moved to another time zone; its planned mails are rescheduled.'),
  'herald.partner.left.v1': z.object({ partnerId }).describe('A partner left its solution.'),
};

/** What the platform reports about partner users. */
export const PARTNER_USER_TYPES = {
  'herald.partner-user.added.v1': z
    .object({
      userId,
      partnerId,
      name: text(200).describe("The person's name."),
      email: email.describe('Where mails to this person go.'),
      role: role.describe('A Partner Admin or a member.'),
      locale: locale.optional().describe("The person's language. Default: the solution's."),
    })
    .describe('A person was given access to a partner.'),
  'herald.partner-user.changed.v1': z
    .object({
      userId,
      partnerId,
      name: text(200).optional().describe('The new name.'),
      email: email.optional().describe('The new address.'),
      role: role.optional().describe('The new role.'),
      locale: locale.optional().describe('The new language.'),
      active: z.boolean().optional().describe('If false, the person gets no mail until active again.'),
    })
    .check(somethingBeside('userId', 'partnerId'))
    .meta({ minProperties: 3 })
    .describe('A partner user changed; only the given fields change.'),
  'herald.partner-user.removed.v1': z
    .object({ userId, partnerId })
    .describe("A person's access to a partner ended."),
  'herald.partner-user.preferences-changed.v1': z
    .object({
      userId,
      partnerId,
      contentApproval: contentFrequency
        .optional()
        .describe('How often to notify about content that needs approval.'),
      accountExpiration: z
        .enum(['on', 'off'])
        .meta({ title: 'OnOrOff' })
        .optional()
        .describe('Whether to notify about social accounts that expire.'),
    })
    .check(somethingBeside('userId', 'partnerId'))
    .meta({ minProperties: 3 })
    .describe(
      'A person changed their settings under Settings > Notifications; only the given fields change.',
    ),
};
