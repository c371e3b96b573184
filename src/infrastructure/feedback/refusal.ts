import type { FeedbackRequest } from '../../application/ports/feedback-provider.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** Feedback that is not believed. @param says why, as a sentence; `field` names the header or field at fault. */
export const refusal = (says: string, field?: string): HeraldError =>
  new HeraldError('feedback-refused', says, field);

/**
 * The header, as one text.
 * @throws HeraldError `feedback-refused` if it is missing or was sent twice.
 */
export const headerOf = ({ headers }: FeedbackRequest, name: string): string => {
  const value = headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(`The header ${name} is missing: only signed feedback is taken.`, name);
};

/** The body as text. */
export const textOf = ({ body }: FeedbackRequest): string =>
  typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
