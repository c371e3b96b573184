import * as z from 'zod';
import {
  baseUrl,
  contentFrequency,
  email,
  identifier,
  locale,
  text,
  timeOfDay,
  timeZone,
} from '../schemas/fields.js';

const policies = z
  .object({
    contentApprovalDefault: z
      .object({
        admin: contentFrequency.default('weekly').describe('For Partner Admins who have not chosen.'),
        member: contentFrequency.default('off').describe('For members who have not chosen.'),
      })
      .prefault({})
      .describe('How often users are notified of content to approve, until they choose.'),
    accountExpiredCadence: z
      .enum(['same-weekday', 'monday'])
      .default('same-weekday')
      .describe('Repeat "account expired" on the weekday of the first mail, or on Mondays.'),
    sendAt: timeOfDay.default('09:00').describe("When periodic mails are sent, in the partner's zone."),
  })
  .prefault({})
  .describe('Settings that differ from the defaults.');

/** What the platform reports about solutions. */
export const SOLUTION_TYPES = {
  'herald.solution.configured.v1': z
    .object({
      solutionId: identifier.describe('The solution.'),
      name: text(200).describe('Its name, as partners know it.'),
      entitled: z.boolean().describe('Whether the solution has e-mail notifications.'),
      timeZone: timeZone.describe('Its default IANA time zone.'),
      locale: locale.describe('The language of users who have none of their own.'),
      baseUrl: baseUrl.describe('The URL of its portal; links in mails begin with it.'),
      sender: z
        .object({
          name: text(128).describe('The name that mails come from.'),
          address: email.describe('The address that mails come from.'),
        })
        .describe('Who mails come from.'),
      escalationEmail: email
        .optional()
        .describe('The contact who is notified when nobody at a partner can be reached.'),
      policies,
    })
    .describe('A solution was created or its settings changed; the new settings replace the previous ones.'),
};
