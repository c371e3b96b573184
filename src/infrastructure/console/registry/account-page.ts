import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type AccountRow, accountRow } from './account-row.js';
import type { LatestChanges, Planned, Told } from './related.js';

/** What the view `account` shows. */
export interface AccountPage extends PageModel {
  readonly account: AccountRow;
  readonly partnerName: string | undefined;
  /** The zone of the partner. */
  readonly zone: string | undefined;
  readonly ownerName: string | undefined;
  /** Whom mails about the account go to. */
  readonly isCompany: boolean;
  readonly adminsHref: string | undefined;
  readonly changes: LatestChanges;
  readonly told: Told;
  readonly planned: Planned | undefined;
  readonly whyNotHref: string;
}

interface Found {
  readonly account: AccountDocument;
  readonly partner: PartnerDocument | undefined;
  readonly owner: PersonDocument | undefined;
  readonly changes: LatestChanges;
  readonly told: Told;
  readonly planned: Planned | undefined;
}

/** The page of one social account. */
export const accountPage = ({ account, partner, owner, changes, told, planned }: Found): AccountPage => {
  const { accountId, partnerId, ownerId, displayName, kind } = account;
  return {
    title: displayName ?? accountId,
    account: accountRow(account),
    partnerName: partner?.name ?? partnerId,
    zone: partner?.timeZone,
    ownerName: owner?.name ?? ownerId,
    isCompany: kind === 'company',
    adminsHref: partnerId === undefined ? undefined : href(at('people'), { partner: partnerId }),
    changes,
    told,
    planned,
    whyNotHref: href(at('why-not'), { person: ownerId, partner: partnerId, account: accountId }),
  };
};
