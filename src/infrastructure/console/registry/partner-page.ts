import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type AccountRow, accountRow } from './account-row.js';
import { type PartnerRow, partnerRow } from './partner-row.js';
import { type PersonRow, personRow } from './person-row.js';
import { type PostRow, postRow } from './post-row.js';
import type { LatestChanges, Planned, Told } from './related.js';

/** The first ones of a list, and where all are. */
interface Some<R> {
  readonly rows: readonly R[];
  readonly href: string;
  readonly more: boolean;
}

/** What the view `partner` shows. */
export interface PartnerPage extends PageModel {
  readonly partner: PartnerRow;
  readonly solutionName: string | undefined;
  readonly people: Some<PersonRow>;
  readonly accounts: Some<AccountRow>;
  readonly posts: Some<PostRow>;
  readonly changes: LatestChanges;
  readonly told: Told;
  readonly planned: Planned;
}

interface Found {
  readonly partner: PartnerDocument;
  readonly solution: SolutionDocument | undefined;
  readonly people: ListedPage<PersonDocument>;
  readonly accounts: ListedPage<AccountDocument>;
  readonly posts: ListedPage<PostDocument>;
  readonly changes: LatestChanges;
  readonly told: Told;
  readonly planned: Planned;
}

/** The page of one partner. */
export const partnerPage = (found: Found): PartnerPage => {
  const { partner, solution, people, accounts, posts, changes, told, planned } = found;
  const { partnerId, name, solutionId } = partner;
  return {
    title: name ?? partnerId,
    partner: partnerRow(partner),
    solutionName: solution?.name ?? solutionId,
    people: {
      rows: people.documents.map(personRow),
      href: href(at('people'), { partner: partnerId }),
      more: people.next !== undefined,
    },
    accounts: {
      rows: accounts.documents.map(accountRow),
      href: href(at('accounts'), { partner: partnerId }),
      more: accounts.next !== undefined,
    },
    posts: {
      rows: posts.documents.map((post) => postRow(post, planned.now)),
      href: at('queues', partnerId),
      more: posts.next !== undefined,
    },
    changes,
    told,
    planned,
  };
};
