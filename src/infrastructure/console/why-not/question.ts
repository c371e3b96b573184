import * as z from 'zod';
import { instant } from '../../../application/schemas/fields.js';
import { whyNotQuery } from '../../http/query-schemas.js';

/** A moment as browsers send it, in UTC and without a zone. */
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;

const withSeconds = (value: string): string => (value.length === 16 ? `${value}:00` : value);

const moment = z.preprocess(
  (value) => (typeof value === 'string' && LOCAL.test(value) ? `${withSeconds(value)}Z` : value),
  instant.optional(),
);

/** The question of the page: that of the API, while it is complete. */
export const questionQuery = whyNotQuery.extend({ at: moment }).partial();

/** A complete question. */
export type Question = z.output<typeof whyNotQuery>;

/** Whether it is known whom and what is asked about. */
export const isComplete = (question: Partial<Question>): question is Question =>
  question.person !== undefined && question.rule !== undefined;
