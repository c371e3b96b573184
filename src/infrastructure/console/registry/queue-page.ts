import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type Pager, pagerOf } from '../kit/pager.js';
import { type PostRow, postRow } from './post-row.js';
import type { LatestChanges, Planned, Told } from './related.js';

/** The filter for the posts of a queue, whatever became of them. */
export const ALL_POSTS = 'all';

const SHOWN = ['waiting', 'approved', 'rejected', 'withdrawn', ALL_POSTS] as const;

interface QueueFilters {
  readonly status: (typeof SHOWN)[number];
  readonly limit: number;
  readonly after?: string | undefined;
}

/** What the view `queue` shows. */
export interface QueuePage extends PageModel, Pager {
  readonly partnerId: string;
  readonly partnerName: string;
  readonly partnerHref: string;
  /** The zone of the partner. */
  readonly zone: string | undefined;
  readonly status: string;
  /** The same queue by what became of its posts. */
  readonly views: readonly { readonly status: string; readonly href: string; readonly isCurrent: boolean }[];
  readonly rows: readonly PostRow[];
  readonly changes: LatestChanges | undefined;
  readonly told: Told;
  readonly planned: Planned;
}

interface Found {
  readonly partnerId: string;
  readonly filters: QueueFilters;
  readonly partner: PartnerDocument | undefined;
  readonly posts: ListedPage<PostDocument>;
  readonly changes: LatestChanges | undefined;
  readonly told: Told;
  readonly planned: Planned;
}

/** The page of the approval queue of one partner. */
export const queuePage = (found: Found): QueuePage => {
  const { partnerId, filters, partner, posts, changes, told, planned } = found;
  const path = at('queues', partnerId);
  const partnerName = partner?.name ?? partnerId;
  return {
    title: `Queue of ${partnerName}`,
    partnerId,
    partnerName,
    partnerHref: at('partners', partnerId),
    zone: partner?.timeZone,
    status: filters.status,
    views: SHOWN.map((status) => ({
      status,
      href: href(path, { status: status === 'waiting' ? undefined : status }),
      isCurrent: status === filters.status,
    })),
    rows: posts.documents.map((post) => postRow(post, planned.now)),
    ...pagerOf(path, { ...filters }, posts.next),
    changes,
    told,
    planned,
  };
};
