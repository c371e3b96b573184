import * as z from 'zod';
import { previewQuery } from '../../http/mails/mail-schemas.js';

/** The widths in which a mail is shown, in CSS pixels: a phone, and a window that the mail does not fill. */
export const WIDTHS = ['360', '600'] as const;

/** What is shown of a mail on its page. A notification is what it is: beside it the variant does not count. */
export const templateQuery = z
  .strictObject({ ...previewQuery.shape, width: z.enum(WIDTHS).default('360') })
  .transform(({ variant, ...rest }) =>
    rest.notification === undefined ? { ...rest, variant: variant ?? 'regular' } : rest,
  );

export type TemplateFilters = z.output<typeof templateQuery>;

/** Which HTML is framed. */
export const frameQuery = z.strictObject({
  locale: previewQuery.shape.locale,
  variant: previewQuery.shape.variant,
  notification: previewQuery.shape.notification,
  scheme: previewQuery.shape.scheme,
});
