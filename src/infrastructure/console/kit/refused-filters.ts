import { InvalidRequest } from '../../http/problems/invalid-request.js';
import { filtersIn } from './form.js';
import type { PageModel } from './page-model.js';
import { camelWords } from './words.js';

/** A filter in the form that mends it. */
interface RefusedFilter {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What is wrong with it, if anything is. */
  readonly says: string | undefined;
}

/** What the view `refused-filters` shows. */
export interface RefusedFiltersModel extends PageModel {
  /** The page without filters. */
  readonly path: string;
  readonly filters: readonly RefusedFilter[];
  /** What is wrong with what no field is for, such as a place in the list. */
  readonly others: readonly string[];
}

const LABELS: Readonly<Record<string, string>> = {
  ...{ q: 'Search for', slotFrom: 'Due from', slotTo: 'Due until', to: 'Until' },
};

const labelOf = (name: string): string => LABELS[name] ?? camelWords(name);

/** A place in a list goes with the filters of before, and what the page does not know it does not take. */
const isKept = (name: string, says: string | undefined): boolean =>
  name !== 'after' && says !== 'Unknown field.';

/**
 * The filters of a page that were refused, so that they can be mended where that is said.
 * @returns undefined for an error that is not about filters.
 */
export const refusedFilters = (
  error: unknown,
  { method, url }: { readonly method: string; readonly url: string },
): RefusedFiltersModel | undefined => {
  const given = Object.entries(filtersIn(url));
  if (!(error instanceof InvalidRequest) || method !== 'GET' || given.length === 0) return undefined;
  const said = new Map(error.errors.map(({ field, message }) => [field, inLabels(message)]));
  const filters = given
    .map(([name, value]) => ({
      name,
      label: labelOf(name),
      value: [value].flat().join(', '),
      says: said.get(name),
    }))
    .filter(({ name, says }) => isKept(name, says));
  const shown = new Set(filters.map(({ name }) => name));
  return {
    title: 'These filters cannot be used',
    path: url.replace(/[?#].*$/, ''),
    filters,
    others: [...said].filter(([name]) => !shown.has(name)).map(([name, says]) => `${labelOf(name)}: ${says}`),
  };
};

const inLabels = (message: string): string =>
  message.replace(/`(\w+)`/g, (_, name: string) => `“${labelOf(name)}”`);
