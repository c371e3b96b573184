import * as z from 'zod';

/** The periods that lists are filtered by: the names of their begin and their end. */
const PERIODS = [
  ['from', 'to'],
  ['slotFrom', 'slotTo'],
] as const;

/** The begins and ends of the periods of a query, as strings that sort. */
export type Periods = Readonly<Partial<Record<(typeof PERIODS)[number][number], string | undefined>>>;

/**
 * Refuses a period that ends before it begins: its list would be empty, as if nothing had happened.
 * @param momentsOf the moments that a query means. Default: those that it names.
 */
export const periodsInOrder = (momentsOf: (query: Periods) => Periods = (query) => query) =>
  z.check<Periods>(({ value, issues }) => {
    const moments = momentsOf(value);
    for (const [from, to] of PERIODS) {
      const { [from]: begin, [to]: end } = moments;
      if (begin === undefined || end === undefined || begin <= end) continue;
      const message = `Expected a day or moment that is not before \`${from}\`.`;
      issues.push({ code: 'custom', input: value, path: [to], message });
    }
  });
