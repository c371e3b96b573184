import * as z from 'zod';
import type { HistoryFilter } from '../../../application/audit/history/history-filter.js';
import { namesFew } from '../../../application/audit/history/history-search.js';
import { civilDate, instant } from '../../../application/schemas/fields.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { type Periods, periodsInOrder } from '../../http/periods.js';
import { historyQuery } from '../../http/query-schemas.js';

/** A day in UTC, or an exact moment. */
const day = z
  .union([civilDate, instant], 'Expected a day such as 2026-03-02, or a moment such as 2026-03-02T08:00:00Z.')
  .optional();

/** Those of the API, where days may stand for moments. A last day belongs to the period. */
const fields = { ...historyQuery.shape, from: day, to: day, slotFrom: day, slotTo: day };

const { limit: _limit, after: _after, ...unpaged } = fields;
const { order: _order, ...uncounted } = unpaged;

/** The filters of the page, and the place in the list. */
export const historyPageQuery = z.strictObject(fields).check(periodsInOrder(firstAndLast));

/** The filters of an export, which has everything that matches. */
export const exportQuery = z
  .strictObject({ ...unpaged, format: z.enum(['csv', 'ndjson']) })
  .check(periodsInOrder(firstAndLast));

/** The filters of what is counted. */
export const countsQuery = z.strictObject(uncounted).check(periodsInOrder(firstAndLast));

export type HistoryPageQuery = z.output<typeof historyPageQuery>;

/** The filters without the place in the list. */
export type HistoryPageFilters = Omit<HistoryPageQuery, 'limit' | 'after' | 'order'>;

/** The filters of the page as those of the API. */
export const filterOf = ({ from, to, slotFrom, slotTo, ...fields }: HistoryPageFilters): HistoryFilter => ({
  ...fields,
  ...{ from: startOf(from), to: endOf(to), slotFrom: startOf(slotFrom), slotTo: endOf(slotTo) },
});

/** The first and the last moment of each period. */
function firstAndLast({ from, to, slotFrom, slotTo }: Periods): Periods {
  return { from: startOf(from), to: lastOf(to), slotFrom: startOf(slotFrom), slotTo: lastOf(slotTo) };
}

const isDay = (value: string): boolean => value.length === 10;

const startOf = (value: string | undefined): Instant | undefined =>
  value !== undefined && isDay(value) ? `${value}T00:00:00.000Z` : value;

const lastOf = (value: string | undefined): Instant | undefined =>
  value !== undefined && isDay(value) ? `${value}T23:59:59.999Z` : value;

const endOf = (value: string | undefined): Instant | undefined =>
  value !== undefined && isDay(value) ? plus(`${value}T00:00:00.000Z`, DAY) : value;

/** Fields that few decisions share: all of these are counted. Many may share a subject that is searched for. */
const isNarrow = ({ q, recipient, account, partner }: HistoryPageFilters): boolean =>
  [recipient, account, partner].some((value) => value !== undefined) || (q !== undefined && namesFew(q));

/**
 * What is counted of the filters: all of a narrow one, and of others the days that are asked for, or the last 30.
 * @param earliest the first moment from which decisions are counted at all.
 */
export const countedOf = (filters: HistoryPageFilters, earliest: Instant): HistoryFilter => {
  const filter = filterOf(filters);
  return filter.from === undefined && isNarrow(filters) ? { ...filter, from: earliest } : filter;
};
