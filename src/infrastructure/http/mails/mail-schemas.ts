import * as z from 'zod';
import { MAIL_VARIANTS } from '../../../application/mails/mail-variant.js';
import { COLOR_SCHEMES, MAIL_PARTS } from '../../../application/ports/mail-format.js';
import { locale } from '../../../application/schemas/fields.js';
import { RULE_IDS } from '../../../domain/rules/notifications.js';

const view = {
  part: z
    .enum(MAIL_PARTS)
    .default('html')
    .describe('The HTML, the text, or the source of the whole message with its headers.'),
  scheme: z
    .enum(COLOR_SCHEMES)
    .optional()
    .describe('The color scheme of the HTML. Default: as the system of the reader prefers.'),
};

/** How a mail is looked at. */
export const mailQuery = z.strictObject(view);

export const templateParams = z.object({
  rule: z.enum(RULE_IDS).meta({ examples: RULE_IDS.slice(-1), description: 'Which notification.' }),
});

export const previewQuery = z.strictObject({
  locale: locale
    .optional()
    .describe('A language tag (BCP 47), such as de-AT. Default: that of the notification, or en.'),
  variant: z
    .enum(MAIL_VARIANTS)
    .optional()
    .describe(
      'Which variant of the sample, as GET /v1/templates lists them; a notification is what it is. Default: regular.',
    ),
  notification: z
    .uuid('Expected the id of a notification, a UUID.')
    .toLowerCase()
    .optional()
    .describe('The notification whose data are shown. Default: made-up data.'),
  ...view,
});

export const outboxParams = z.object({
  file: z
    .string()
    .min(1)
    .max(255)
    .meta({
      examples: ['2026-02-27T03-00-00.000Z-account-expired-f6415639-fd3d-5b1f-bc2a-e29e6c76a06a.eml'],
      description: 'The name of a file, as GET /v1/outbox lists it.',
    }),
});
