import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import { at } from '../kit/href.js';
import { personHref } from '../kit/links.js';

/** A social account as a row of a list. */
export interface AccountRow
  extends Pick<
    AccountDocument,
    | 'accountId'
    | 'displayName'
    | 'network'
    | 'kind'
    | 'status'
    | 'reason'
    | 'authorisationExpiresAt'
    | 'partnerId'
    | 'ownerId'
  > {
  readonly href: string;
  readonly partnerHref: string | undefined;
  readonly ownerHref: string | undefined;
}

export const accountRow = (account: AccountDocument): AccountRow => ({
  accountId: account.accountId,
  displayName: account.displayName,
  network: account.network,
  kind: account.kind,
  status: account.status,
  reason: account.reason,
  authorisationExpiresAt: account.authorisationExpiresAt,
  partnerId: account.partnerId,
  ownerId: account.ownerId,
  href: at('accounts', account.accountId),
  partnerHref: account.partnerId === undefined ? undefined : at('partners', account.partnerId),
  ownerHref: ownerHref(account),
});

const ownerHref = ({ ownerId, partnerId }: AccountDocument): string | undefined =>
  ownerId === undefined || partnerId === undefined ? undefined : personHref(ownerId, partnerId);
