import * as z from 'zod';
import { MAX_BRAND_FOOTER } from '../../domain/bounds.js';
import { LINK_VARIABLES } from '../../domain/solution/link-template.js';
import {
  baseUrl,
  brandColor,
  contentFrequency,
  email,
  identifier,
  linkTemplate,
  locale,
  pictureUrl,
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
      .meta({
        title: 'ContentApprovalDefault',
        description: 'How often users are notified of content to approve, until they choose.',
      }),
    accountExpiredCadence: z
      .enum(['same-weekday', 'monday'])
      .meta({ title: 'AccountExpiredCadence' })
      .default('same-weekday')
      .describe('Repeat "account expired" on the weekday of the first mail, or on Mondays.'),
    sendAt: timeOfDay.default('09:00').describe("When periodic mails are sent, in the partner's zone."),
  })
  .prefault({})
  .meta({ title: 'SolutionPolicies', description: 'Settings that differ from the defaults.' });

const branding = z
  .object({
    logoUrl: pictureUrl
      .optional()
      .describe('A PNG or JPEG, shown 40 pixels high in the place of the name; mail programs fetch it.'),
    color: brandColor
      .optional()
      .describe(
        'The color of buttons and links, such as #1d4ed8. White text must have a contrast of 4.5:1 on it.',
      ),
    footer: text(MAX_BRAND_FOOTER).optional().describe('A line at the end of each mail, such as an imprint.'),
  })
  .optional()
  .meta({ title: 'SolutionBranding', description: 'What mails show of the solution.' });

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
        .meta({ title: 'SolutionSender', description: 'Who mails come from.' }),
      escalationEmail: email
        .optional()
        .describe('The contact who is notified when nobody at a partner can be reached.'),
      accountUrl: linkTemplate(LINK_VARIABLES.accountUrl)
        .optional()
        .describe(
          'A template for links to a social account, with {accountId} and {partnerId} (RFC 6570, level 1). Without it they lead to baseUrl.',
        ),
      postUrl: linkTemplate(LINK_VARIABLES.postUrl)
        .optional()
        .describe(
          'A template for links to a post, with {postId} and {partnerId} (RFC 6570, level 1). Without it posts have no links.',
        ),
      branding,
      policies,
    })
    .describe('A solution was created or its settings changed; the new settings replace the previous ones.'),
};
