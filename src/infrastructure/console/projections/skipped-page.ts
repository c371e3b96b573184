import type { SkippedEvent } from '../../../application/read-models/parking/skipped-events.js';
import type { Page } from '../../http/page-of.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

/** What the view `skipped` shows. */
export interface SkippedPage extends PageModel {
  readonly rows: readonly (SkippedEvent & { readonly href: string })[];
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('projections', 'skipped');

/** The page of events that are skipped for a document. */
export const skippedPage = ({ items, next }: Page<SkippedEvent>, after: string | undefined): SkippedPage => ({
  title: 'Skipped events',
  rows: items.map((one) => ({ ...one, href: at('projections', one.projection) })),
  next: next === null ? undefined : href(PATH, { after: next }),
  first: after === undefined ? undefined : PATH,
});
