import type { FastifyRequest } from 'fastify';
import { InvalidRequest } from '../../http/problems/invalid-request.js';
import { filterLabelsOf } from './filter-labels.js';
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
  /** What to do about it. */
  readonly says: string;
  /** The page without filters. */
  readonly path: string;
  readonly filters: readonly RefusedFilter[];
  /** What is wrong with what no field is for, such as a place in the list. */
  readonly others: readonly string[];
}

/** A place in a list goes with the filters of before, and what the page does not know it does not take. */
const isKept = ({ name, says }: RefusedFilter): boolean => name !== 'after' && says !== 'Unknown field.';

const whatToDo = (filters: readonly RefusedFilter[]): string => {
  if (filters.length === 0) return 'The page cannot use what is named here.';
  return filters.some(({ says }) => says !== undefined)
    ? 'Mend what is named here, then try again.'
    : 'What is named here is left out when you try again.';
};

/** As much of the name of an unknown field as an error has; those of filters are shorter. */
const NAMED = 64;

/**
 * The filters of a page that were refused, so that they can be mended where that is said.
 * @returns undefined for an error that is not about filters.
 */
export const refusedFilters = (
  error: unknown,
  { method, url, routeOptions }: Pick<FastifyRequest, 'method' | 'url' | 'routeOptions'>,
): RefusedFiltersModel | undefined => {
  if (!(error instanceof InvalidRequest) || method !== 'GET') return undefined;
  const given = new Map(Object.entries(filtersIn(url)).map(([name, value]) => [name.slice(0, NAMED), value]));
  if (!error.errors.every(({ field }) => given.has(field))) return undefined;
  const labels = new Map(Object.entries(filterLabelsOf(routeOptions.url)));
  const labelOf = (name: string): string => labels.get(name) ?? camelWords(name);
  const inLabels = (message: string): string =>
    message.replace(/`(\w+)`/g, (_, name: string) => `“${labelOf(name)}”`);
  const said = new Map(error.errors.map(({ field, message }) => [field, inLabels(message)]));
  const filters = [...given]
    .map(([name, value]) => refusedFilter(name, labelOf(name), value, said.get(name)))
    .filter(isKept);
  const shown = new Set(filters.map(({ name }) => name));
  return {
    title: 'These filters cannot be used',
    says: whatToDo(filters),
    path: url.replace(/[?#].*$/, ''),
    filters,
    others: [...said].filter(([name]) => !shown.has(name)).map(([name, says]) => `${labelOf(name)}: ${says}`),
  };
};

/** A filter with what is wrong with it. One that is there several times is a list, and has its first value. */
const refusedFilter = (
  name: string,
  label: string,
  value: string | readonly string[],
  says: string | undefined,
): RefusedFilter => {
  const [first = '', ...more] = [value].flat();
  if (more.length === 0 || says === 'Unknown field.') return { name, label, value: first, says };
  const all = [first, ...more].map((one) => `“${one}”`);
  return {
    name,
    label,
    value: first,
    says: `This is there ${all.length} times: ${all.join(', ')}. Choose one.`,
  };
};
