import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import type { Document } from '../../../application/ports/document-store.js';
import type { Parameters } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type Pager, pagerOf } from '../kit/pager.js';

/** The page of a list with filters. */
export interface ListPage<R, F> extends PageModel, Pager {
  readonly filters: F;
  readonly rows: readonly R[];
  /** How many documents are parked: what the list says of them may be outdated. */
  readonly parked: number | undefined;
}

/** @param path of the list. */
export const listPage = <
  D extends Document,
  R,
  F extends Parameters & { readonly after?: string | undefined },
>(
  title: string,
  path: string,
  filters: F,
  page: ListedPage<D>,
  rowOf: (document: D) => R,
): ListPage<R, F> => ({
  title,
  filters,
  rows: page.documents.map(rowOf),
  parked: page.incomplete?.parked,
  ...pagerOf(path, filters, page.next),
});
