import type { PageModel } from '../kit/page-model.js';
import type { Pager } from '../kit/pager.js';
import type { ChangeRow } from './change-rows.js';

/** The page of all changes of something. */
export interface ChangesPage extends PageModel, Pager {
  /** What they are of, and its page. */
  readonly subject: { readonly text: string; readonly href: string };
  readonly rows: readonly ChangeRow[];
}
