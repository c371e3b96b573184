import type { HeraldError } from '../../domain/kernel/herald-error.js';
import { notFound } from '../audit/not-found.js';

/** The error for an instance that hands its mails to a mail server. */
export const noOutbox = (): HeraldError =>
  notFound(
    'This instance keeps no mails in a folder: HERALD_MAIL names a mail server.',
    'GET /v1/notifications?decision=raised for what was sent',
  );
