import { href, type Parameters } from './href.js';

/** Where the other pages of a list are. */
export interface Pager {
  readonly next: string | undefined;
  /** Undefined on the first page. */
  readonly first: string | undefined;
}

/** The links of a list. @param next the cursor of the next page, if there is one. */
export const pagerOf = (
  path: string,
  { after, ...filters }: Parameters & { readonly after?: string | undefined },
  next: string | null | undefined,
): Pager => ({
  next: next ? href(path, { ...filters, after: next }) : undefined,
  first: after === undefined ? undefined : href(path, filters),
});
