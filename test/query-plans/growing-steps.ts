import type { Executed } from './executed-statements.js';

/** Tables that are read in full, however much is asked for. Constants, JSON parameters and results of other steps are none. */
const isScan = (step: string): boolean => /^SCAN (?!CONSTANT ROW|json_each |found$)/.test(step);

/** A page that is read from its place in the order of the ids on: the scan ends with the page, as there is nothing to search by. */
const isPageById = (sql: string): boolean =>
  /^SELECT document FROM "[^"]+"( WHERE document <> 'null')? ORDER BY id ASC LIMIT \?$/.test(sql);

/** One page of each of several searches is merged: only the ids of these pages are sorted. */
const isMergeOfPages = (sql: string): boolean =>
  /^SELECT document FROM \(SELECT \* FROM \(.* LIMIT \?\)\) AS found JOIN /.test(sql);

const isSort = (step: string): boolean => step.includes('TEMP B-TREE');

/** The steps of a plan that take longer the more there is in the table: a scan, or a sort of all that was found. */
export function growingSteps({ sql, steps }: Executed): readonly string[] {
  const growing = steps.filter((step) => (isScan(step) && !isPageById(sql)) || isSort(step));
  if (!isMergeOfPages(sql)) return growing;
  const isLast = steps.at(-1) === 'USE TEMP B-TREE FOR ORDER BY';
  return growing
    .filter((step) => !/^SCAN \(?(SUBQUERY|subquery|found)/i.test(step))
    .slice(0, isLast ? -1 : undefined);
}

/** The index columns that a plan searches a table by, such as `(.partnerId=? AND .decidedAt>?)`, once each. */
export const searchesOf = ({ steps }: Executed, table: string): readonly string[] => [
  ...new Set(
    steps
      .filter((step) => step.startsWith(`SEARCH documents ${table}@`))
      .map((step) => /\([^(]*(\([^)]*\)[^()]*)*\)$/.exec(step)?.[0] ?? step),
  ),
];
