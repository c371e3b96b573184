import * as z from 'zod';
import { mailQuery, outboxParams } from '../../http/mails/mail-schemas.js';
import { page } from '../../http/query-schemas.js';

/** Which mails are listed, and which one is opened. */
export const outboxQuery = z.strictObject({
  ...page,
  ...mailQuery.shape,
  file: outboxParams.shape.file.optional(),
});

/** Which HTML is framed. */
export const frameQuery = z.strictObject({ scheme: mailQuery.shape.scheme });
